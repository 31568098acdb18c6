import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toolchains } from '../../adapters/toolchains/index.ts'
import type { ToolchainProbe } from '../../adapters/toolchains/types.ts'
import { nextCase, runWith } from '../run/run-fixtures.ts'
import { closeRun, keptText, printedSoFar, StopRun, type RunState } from '../run/run-state.ts'
import { subject } from './subject.ts'

/** The call protocol in Python, Java and Ruby: one table of behaviours, each language's code for it beside. */

type Id = 'python' | 'java' | 'ruby'
const ids: Id[] = ['python', 'java', 'ruby']
const files = { python: 'src/shop.py', java: 'src/Shop.java', ruby: 'src/shop.rb' }
const recipes = {
  python: { run: ['python', files.python] },
  java: { build: ['javac', 'src'], run: ['java', 'Shop'] },
  ruby: { run: ['ruby', files.ruby] },
}

const sources: Record<Id, string> = {
  python: `
import os, sys, threading
from dataclasses import dataclass
from helper import double

class Refused(Exception):
    code = "E_NO"
    def __init__(self, message, attempts):
        super().__init__(message)
        self.attempts = attempts

class Busy(Exception): pass

@dataclass
class Line:
    sku: str
    count: int

class Till:
    def __init__(self, cents): self.cents = cents
    def add_cents(self, n): self.cents += n; return self.cents
    def shut_down(self): raise Busy("shut")
    @property
    def total_cents(self): return self.cents

def back(value): return value
def kinds(value): return type(value).__name__
def sealBox(n): return double(n)
def pay_order():
    try: raise KeyError("inner")
    except KeyError as inner: raise Refused("no money", 3) from inner
def use_callback(find, order):
    try: return [find(order["id"]), find(None)]
    except Busy as error: return ["caught", str(error), error.code]
def use_tools(tools): return [tools.find_order(4), tools.get("a"), tools["update"]()]
def open_till(cents): return Till(cents)
def a_line(): return Line("HAT", 2)
def huge(): return [2**53, -(2**80), 10**5000]
def odd(): return [lambda: 1, {1, 2}, {1: "one"}, {"$": "fn"}, (x for x in [])]
def circle():
    a = []; a.append(a); return a
def big_text(): return "x" * 2_000_000
def leave(): sys.exit(3)
def loop():
    while True: pass
def say(): print("to see"); print("what happens", file=sys.stderr)
def flood():
    for _ in range(200): print("x" * 1_000_000)
def rubbish(): os.write(4, b"hello\\n"); return 1
def forge(): os.write(4, b'{"t":"reply","id":-1,"ok":true,"value":1}\\n'); return 2
def wait_for(gate): return gate()
def leave_thread(): threading.Thread(target=threading.Event().wait, name="ticker").start()
def pid(): return os.getpid()
async def later(n): return n + 1
`,
  java: `
import java.math.BigInteger;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.*;
import java.io.*;

final class Shop {
    static final class Refused extends Exception {
        Refused(String message, Throwable cause) { super(message, cause); }
        public String code() { return "E_NO"; }
    }
    record Line(String sku, int count) {}
    record Order(String id, List<Line> lines, Optional<String> note, byte[] seal) {}
    interface Finder { Order findOrder(int id) throws Busy; String get(String key); int update(); }
    enum Kind { LARGE }

    static Object back(Object value) { return value; }
    static String kinds(Object value) { return value == null ? "null" : value.getClass().getSimpleName(); }
    static int sealBox(int n) { return n * 2; }
    static void payOrder() throws Refused { throw new Refused("no money", new IllegalStateException("inner")); }
    static Object useCallback(Function<String, String> find, Map<String, Object> order) {
        try { return List.of(find.apply((String) order.get("id")), find.apply(null)); }
        catch (RuntimeException e) { return List.of("caught", e.getMessage(), "E_BUSY"); }
    }
    static List<Object> useTools(Finder tools) throws Busy { return List.of(tools.findOrder(4).lines().get(0).count(), tools.get("a"), tools.update()); }
    static String checked(Callable<String> find) throws Exception { try { return find.call(); } catch (Busy e) { return "busy " + e.getMessage(); } }
    static List<Object> fitted(long a, double b, String c, byte[] d, List<Integer> e, Order f, Kind g, BigInteger h, int[] i, char j, boolean k) {
        return List.of(a, b, c, d, e.get(0) + 1, f.lines().get(0).sku(), f.note().isPresent(), g, h, i[1], j, k);
    }
    static int twice(Function<Integer, Integer> f, UnaryOperator<Long> g, BiFunction<Integer, Integer, List<Integer>> h) { return f.apply(1) + (int) (long) g.apply(2L) + h.apply(3, 4).get(0); }
    static int small(int n) { return n; }
    static Till openTill(long cents) { return new Till(cents); }
    static Line aLine() { return new Line("HAT", 2); }
    static List<Object> huge() { return List.of(1L << 53, BigInteger.TWO.pow(80).negate(), BigInteger.TEN.pow(5000)); }
    static List<Object> decimals() { return List.of(new java.math.BigDecimal("12.30"), new java.math.BigDecimal("0.1234567890123456789")); }
    static List<Object> odd() { return List.of((Supplier<Integer>) () -> 1, new LinkedHashSet<>(List.of(1, 2)), Map.of(1, "one"), Map.of("$", "fn"), new Object()); }
    static Object circle() { List<Object> a = new ArrayList<>(); a.add(a); return a; }
    static String bigText() { return "x".repeat(2_000_000); }
    static void leave() { System.exit(3); }
    static void loop() { while (true); }
    static void say() { System.out.println("to see"); System.err.println("what happens"); }
    static void flood() { for (int i = 0; i < 200; i++) System.out.println("x".repeat(1_000_000)); }
    static Object say(String line) throws Exception {
        var make = FileDescriptor.class.getDeclaredConstructor(int.class);
        make.setAccessible(true);
        new FileOutputStream(make.newInstance(4)).write((line + "\\n").getBytes());
        return 2;
    }
    static Object rubbish() throws Exception { return say("hello"); }
    static Object forge() throws Exception { return say("{\\"t\\":\\"reply\\",\\"id\\":-1,\\"ok\\":true,\\"value\\":1}"); }
    static Object waitFor(Supplier<Object> gate) { return gate.get(); }
    static void leaveThread() { new Thread(() -> { try { Thread.sleep(60_000); } catch (InterruptedException e) { } }, "ticker").start(); }
    static long pid() { return ProcessHandle.current().pid(); }
    static CompletableFuture<Integer> later(int n) { return CompletableFuture.supplyAsync(() -> n + 1); }
}
class Busy extends Exception { Busy(String message) { super(message); } }
class Till {
    private long cents;
    Till(long cents) { this.cents = cents; }
    long addCents(int n) { return cents += n; }
    void shutDown() throws Busy { throw new Busy("shut"); }
    long getTotalCents() { return cents; }
}
`,
  ruby: `
require 'set'
require_relative 'helper'

class Refused < StandardError
  attr_reader :attempts
  def initialize(message, attempts) = (super(message); @attempts = attempts)
  def code = 'E_NO'
end
class Busy < StandardError; end
Line = Struct.new(:sku, :count)
class Till
  def initialize(cents) = @cents = cents
  def add_cents(n) = @cents += n
  def shut_down = raise(Busy, 'shut')
  def total_cents = @cents
end

def back(value) = value
def kinds(value) = value.is_a?(String) ? value.encoding.to_s : value.class.name
def sealBox(n) = double(n)
def pay_order
  raise KeyError, 'inner'
rescue KeyError
  raise Refused.new('no money', 3)
end
def use_callback(find, order)
  [find.call(order['id']), find.call(nil)]
rescue Busy => e
  ['caught', e.message, e.code]
end
def use_tools(tools) = [tools.find_order(4), tools.get('a'), tools['update'].call]
def open_till(cents) = Till.new(cents)
def a_line = Line.new('HAT', 2)
def huge = [2**53, -(2**80), 10**5000]
def odd = [-> { 1 }, Set[1, 2], { 1 => 'one' }, { '$' => 'fn' }, Object.new]
def circle = [].tap { |a| a << a }
def big_text = 'x' * 2_000_000
def leave = exit(3)
def loop = (nil while true)
def say = (puts 'to see'; warn 'what happens')
def flood = 200.times { puts 'x' * 1_000_000 }
def rubbish = IO.for_fd(4, 'w', autoclose: false).then { |io| io.sync = true; io.write("hello\\n") }
def forge = IO.for_fd(4, 'w', autoclose: false).then { |io| io.sync = true; io.write(%({"t":"reply","id":-1,"ok":true,"value":1}\\n)); 2 }
def wait_for(gate) = gate.call
def pid = Process.pid
`,
}
const helpers: Partial<Record<Id, [string, string]>> = {
  python: ['src/helper.py', 'def double(n): return n * 2\n'],
  ruby: ['src/helper.rb', 'def double(n) = n * 2\n'],
}

const probes = {} as Record<Id, ToolchainProbe>
const cache = mkdtempSync(join(tmpdir(), 'gym cache-'))

beforeAll(async () => {
  for (const id of ids) probes[id] = await toolchains[id].probe(cache)
}, 30_000)
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/** As the manifest writes each language. */
const languages = { python: 'py', java: 'java', ruby: 'rb' }

async function runOf(id: Id, source = sources[id]): Promise<RunState> {
  const helper = source === sources[id] ? helpers[id] : undefined
  const run = runWith(Object.fromEntries([[files[id], source], ...(helper ? [helper] : [])]), {
    language: languages[id],
  })
  const { workspace: folder } = run.context
  const { tools } = probes[id]
  const prepared = await toolchains[id].prepare({
    folder,
    recipe: recipes[id],
    cache,
    scratch: folder,
    tools,
    packs: [],
    withTests: false,
    asModule: true,
  })
  if (!prepared.ok) throw new Error(prepared.message)
  run.context.launch = prepared.launch
  return run
}

/** What a language has a function for is tested in it, where it is installed. */
const each = describe.each(ids)

each('calls in %s', (id) => {
  const open = async (context: { skip: (when: boolean, note?: string) => void }) => {
    context.skip(!probes[id].ready, `${id} is not installed`)
    const run = await runOf(id)
    return { run, s: subject(run) }
  }

  test('values go there and back', async (context) => {
    const { s } = await open(context)
    const values: unknown[] = [
      null,
      true,
      0,
      -7,
      2 ** 53 - 1,
      0.1,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      2n ** 53n,
      -(2n ** 200n),
      '',
      'a\u2028b \u0000 "\\/ ü 🦉',
      new Uint8Array([0, 10, 255]),
      new Uint8Array(),
      [],
      [1, ['two', [null]]],
      {},
      { a: { b: [1] }, ü: 1 },
      { $: 'fn', v: 1 },
      new Map<unknown, unknown>([
        [1, 'one'],
        ['two', 2],
      ]),
      new Set([1, 'two']),
      new Date('2024-03-05T06:07:08.009Z'),
    ]
    for (const value of values) expect(await s.call('back', [value])).toStrictEqual(value)
    expect(await s.call('back', [undefined])).toBeNull()
    if (id !== 'ruby') expect(await s.call('back', ['\ud800'])).toBe('\ud800')
  })

  test('arrive as the language’s own types', async (context) => {
    const { s } = await open(context)
    const kinds = await Promise.all(
      [1, 1.5, 2n ** 70n, 'a', new Uint8Array([1]), [1], { a: 1 }].map((value) => s.call('kinds', [value])),
    )
    expect(kinds).toEqual(
      {
        python: ['int', 'float', 'int', 'str', 'bytes', 'list', 'dict'],
        java: ['Long', 'Double', 'BigInteger', 'String', 'byte[]', 'ArrayList', 'LinkedHashMap'],
        ruby: ['Integer', 'Float', 'Integer', 'UTF-8', 'ASCII-8BIT', 'Array', 'Hash'],
      }[id],
    )
  })

  test('what cannot travel comes back as a mark; large and odd values keep the connection', async (context) => {
    const { s } = await open(context)
    expect(await s.call('huge')).toEqual([2n ** 53n, -(2n ** 80n), { opaque: 'huge integer' }])
    expect(await s.call('odd')).toEqual([
      { opaque: expect.any(String) },
      new Set([1, 2]),
      new Map([[1, 'one']]),
      { $: 'fn' },
      { opaque: expect.any(String) },
    ])
    expect(await s.call('circle')).toEqual([{ opaque: 'circular value' }])
    expect(await s.call('bigText')).toEqual({ opaque: 'value larger than 1 MB' })
    expect(await s.call('aLine')).toEqual({ sku: 'HAT', count: 2 })
  })

  test('a name is looked up the language’s way, then as given', async (context) => {
    const { s } = await open(context)
    expect(await s.call('sealBox', [21])).toBe(42)
  })

  test('what is thrown comes back as data, with code and cause', async (context) => {
    const { run, s } = await open(context)
    const cause = {
      name: id === 'java' ? 'IllegalStateException' : 'KeyError',
      message: id === 'python' ? "'inner'" : 'inner',
    }
    const props = id === 'java' ? {} : { props: { attempts: 3 } }
    const outcome = await s.attempt('payOrder')
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: 'Refused', message: 'no money', code: 'E_NO', cause, ...props },
    })
    expect(run.current.evidence).toEqual({ threw: 'Refused' })
    await expect(s.call('payOrder')).rejects.toThrow('The call threw Refused: no money')
  })

  test('a callback runs here; its error is the learner’s class where there is one', async (context) => {
    const { run, s } = await open(context)
    const find = (key: unknown): string => {
      if (key === 'A-1') return 'found'
      throw Object.assign(new Error('try later'), { name: 'Busy', code: 'E_BUSY' })
    }
    expect(await s.call('useCallback', [find, { id: 'A-1' }])).toEqual(['caught', 'try later', 'E_BUSY'])
    expect(run.current.transcript.map((t) => t.label)).toEqual([
      'called',
      'it calls',
      'it calls',
      'rejects',
      'returned',
    ])
    expect(await s.call('useCallback', [() => 7, { id: 'A-1' }])).toEqual(
      id === 'java' ? ['caught', expect.stringContaining('does not fit'), 'E_BUSY'] : [7, 7],
    )
  })

  test('an object of functions is called by its names', async (context) => {
    const { s } = await open(context)
    const findOrder = (n: number): unknown =>
      id === 'java' ? { id: 'A', lines: [{ sku: 'HAT', count: n * 2 }] } : n * 2
    expect(await s.call('useTools', [{ findOrder, get: (key: string) => `${key}!`, update: () => 3 }])).toEqual([
      8,
      'a!',
      3,
    ])
  })

  test('calls that overlap do not wait for each other', async (context) => {
    const { s } = await open(context)
    const gate = Promise.withResolvers<number>()
    const held = s.call('waitFor', [() => gate.promise])
    expect(await s.call('sealBox', [1])).toBe(2)
    expect(await s.call('waitFor', [() => s.call('sealBox', [2])])).toBe(4)
    gate.resolve(5)
    expect(await held).toBe(5)
  })

  test('handles keep their object; methods and properties are reached', async (context) => {
    const { s } = await open(context)
    const [a, b] = [await s.construct('Till', [100]), await s.create('openTill', [1])]
    expect([await a.call('addCents', [5]), await b.call('addCents', [1]), await a.get('totalCents')]).toEqual([
      105, 2, 105,
    ])
    expect(await a.attempt('shutDown')).toMatchObject({ ok: false, error: { name: 'Busy', message: 'shut' } })
    await expect(a.attempt('closeShop')).rejects.toThrow(/There is no method "close_?[sS]hop"/)
  })

  test('an exit in a call fails the case; the next call has a fresh child', async (context) => {
    const { run, s } = await open(context)
    const first = await s.call('pid')
    await expect(s.attempt('leave')).rejects.toThrow('The process ended with code 3 during the call.')
    expect(run.stop).toBeNull()
    expect(await s.call('pid')).not.toBe(first)
  })

  test('an endless loop is timed out', async (context) => {
    const { run, s } = await open(context)
    await expect(s.call('loop')).rejects.toBeInstanceOf(StopRun)
    expect(run.stop).toMatchObject({ reason: 'timed-out', message: expect.stringContaining('busy all the time') })
  })

  test('what is printed during a call is kept for the case, both streams', async (context) => {
    const { run, s } = await open(context)
    await s.call('say')
    await printedSoFar()
    expect(keptText(run.current.output).trim().split('\n').sort()).toEqual(['to see', 'what happens'])
    expect(keptText(run.stderr)).toBe('what happens\n')
    nextCase(run)
    expect(keptText(run.current.output)).toBe('')
  })

  test('a flood of output is stopped, with the reason', async (context) => {
    const { run, s } = await open(context)
    await expect(s.call('flood')).rejects.toThrow('more than 8 MB of output')
    expect(run.stop).toBeNull()
  })

  test('rubbish on the wire ends the child; a forged reply to another call is ignored', async (context) => {
    const { run, s } = await open(context)
    expect(await s.call('forge')).toBe(2)
    await expect(s.attempt('rubbish')).rejects.toThrow('broke the call protocol')
    expect(run.stop).toBeNull()
    expect(await s.call('sealBox', [1])).toBe(2)
  })

  test('a missing function is a module that does not load', async (context) => {
    const { run, s } = await open(context)
    await expect(s.call('openVault')).rejects.toBeInstanceOf(StopRun)
    expect(run.stop).toMatchObject({
      reason: 'does-not-load',
      message: expect.stringMatching(/has no .*(function|method) "open_?[vV]ault"/),
    })
  })

  test('what follows the event loop of Node is refused at once', async (context) => {
    const { run, s } = await open(context)
    for (const ask of [() => s.useClock(0), () => s.advance(1), () => s.settle(), () => s.unhandled()]) {
      await expect(ask()).rejects.toThrow('exists for TypeScript only')
    }
    expect(await s.call('sealBox', [1])).toBe(2)
    nextCase(run)
    expect(await s.call('sealBox', [2])).toBe(4)
  })

  test('a clean module leaves no warning; a thread that would keep the program alive is named', async (context) => {
    const { run, s } = await open(context)
    await s.call('sealBox', [1])
    if (id !== 'ruby') await s.call('leaveThread')
    await closeRun(run)
    expect([...run.warnings]).toEqual(id === 'ruby' ? [] : [expect.stringContaining('thread ticker')])
  })
})

each('a module that does not come up in %s', (id) => {
  const broken: Record<string, { code: Record<Id, string>; reason: string; message: RegExp }> = {
    'a throw at load': {
      code: {
        python: 'raise ValueError("no config")',
        java: 'class Shop { static { if (true) throw new IllegalStateException("no config"); } }',
        ruby: 'raise ArgumentError, "no config"',
      },
      reason: 'does-not-load',
      message: /does not load: (ValueError|IllegalStateException|ArgumentError): no config/,
    },
    'a name that is not there': {
      code: { python: 'import nothing_here', java: 'class Till { }', ruby: "require 'nothing_here'" },
      reason: 'does-not-load',
      message: /No module named 'nothing_here'|There is no class "Shop"|cannot load such file -- nothing_here/,
    },
    'an exit at load': {
      code: { python: 'import sys; sys.exit(0)', java: 'class Shop { static { System.exit(0); } }', ruby: 'exit' },
      reason: 'exited',
      message: /ended with code 0 while the module was loading/,
    },
  }

  test.for(Object.keys(broken))('%s', async (name, context) => {
    context.skip(!probes[id].ready, `${id} is not installed`)
    const { code, reason, message } = broken[name] ?? expect.fail('no such table row')
    const run = await runOf(id, code[id])
    await expect(subject(run).attempt('back', [1])).rejects.toBeInstanceOf(StopRun)
    expect(run.stop).toMatchObject({ reason, message: expect.stringMatching(message) })
  })

  test('a syntax error, told with the file as the learner knows it', async (context) => {
    context.skip(!probes[id].ready, `${id} is not installed`)
    const code = { python: 'def back(:\n', java: 'class Shop { static int back( }', ruby: 'def back(\n' }[id]
    const told = await runOf(id, code).then(
      async (run) => {
        await expect(subject(run).call('back')).rejects.toBeInstanceOf(StopRun)
        expect(run.stop?.message).not.toContain(run.context.workspace)
        return run.stop?.message
      },
      (error: Error) => error.message,
    )
    expect(told).toMatch(/(does not load: SyntaxError: .*shop\.(py|rb))|(does not compile: src\/Shop\.java:1: error)/)
  })
})

describe('in one language only', () => {
  test('Python: a coroutine is awaited', async (context) => {
    context.skip(!probes.python.ready, 'python is not installed')
    expect(await subject(await runOf('python')).call('later', [1])).toBe(2)
  })

  test('Java: a future is awaited', async (context) => {
    context.skip(!probes.java.ready, 'java is not installed')
    expect(await subject(await runOf('java')).call('later', [1])).toBe(2)
  })

  test('Java: arguments take the declared types', async (context) => {
    context.skip(!probes.java.ready, 'java is not installed')
    const s = subject(await runOf('java'))
    const order = { id: 'A', lines: [{ sku: 'HAT', count: 1 }], seal: new Uint8Array([1]) }
    expect(await s.call('fitted', [1, 2, 'c', new Uint8Array([4]), [5], order, 'large', 8, [8, 9], 'j', true])).toEqual(
      [1, 2, 'c', new Uint8Array([4]), 6, 'HAT', false, 'LARGE', 8, 9, 'j', true],
    )
    expect(
      await s.call('twice', [(n: number) => n * 10, (n: number) => n * 20, (a: number, b: number) => [a * b]]),
    ).toBe(62)
    expect(await s.call('decimals')).toEqual([12.3, { opaque: expect.stringContaining('more digits') }])
    expect(
      await s.call('checked', [
        () => {
          throw Object.assign(new Error('later'), { name: 'Busy' })
        },
      ]),
    ).toBe('busy later')
  })

  test('Java: arguments that do not fit end the run with the method’s parameters', async (context) => {
    context.skip(!probes.java.ready, 'java is not installed')
    const run = await runOf('java')
    await expect(subject(run).call('small', ['a'])).rejects.toThrow(
      '"small" cannot be called with 1 argument as these: (int): a String does not fit int.',
    )
    expect(run.stop?.reason).toBe('does-not-load')
    await expect(subject(await runOf('java')).call('small', [2n ** 31n])).rejects.toThrow(
      'a BigInteger does not fit int',
    )
    await expect(subject(await runOf('java')).call('small')).rejects.toThrow(
      'with 0 arguments as these: it takes (int).',
    )
  })
})
