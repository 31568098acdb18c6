import { onModule, onProgram, type Attack } from './attack.ts'

/** Memory is used up; each bomb ends by itself at three gigabytes, which no submission may have. */

const notThree = { verdicts: ['failed', 'broken', 'timed-out'], most: 0 } as const
const end = "console.log('GOT ALL')"

const bombs: readonly Attack[] = [
  onProgram(
    'R15',
    'buffers',
    `const kept: Buffer[] = []
try { for (let i = 0; i < 96; i++) kept.push(Buffer.alloc(32 << 20, 1)); ${end} } catch (error) { console.log('STOPPED ' + error) }
`,
    { ...notThree },
  ),
  onProgram(
    'R15',
    'the heap',
    `const kept: unknown[] = []
for (let i = 0; i < 30_000_000; i++) kept.push({ i, text: 'x'.repeat(20) + i })
${end}
`,
    notThree,
  ),
  onProgram(
    'R15',
    'SharedArrayBuffers',
    `const kept: SharedArrayBuffer[] = []
try { for (let i = 0; i < 96; i++) { const b = new SharedArrayBuffer(32 << 20); new Uint8Array(b).fill(1); kept.push(b) } ${end} } catch (error) { console.log('STOPPED ' + error) }
`,
    notThree,
  ),
  onProgram(
    'R15',
    'WebAssembly memory',
    `const kept: WebAssembly.Memory[] = []
try { for (let i = 0; i < 48; i++) { const m = new WebAssembly.Memory({ initial: 1024 }); new Uint8Array(m.buffer).fill(1); kept.push(m) } ${end} } catch (error) { console.log('STOPPED ' + error) }
`,
    notThree,
  ),
  onModule(
    'R15',
    'in a call',
    `const kept: Buffer[] = []
export const add = () => { for (let i = 0; i < 96; i++) kept.push(Buffer.alloc(32 << 20, 1)); return 3 }
export const record = add
`,
    { most: 0 },
  ),
  {
    id: 'R15',
    title: 'a bytearray',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: { 'src/main.py': "kept = [bytearray(b'x' * (32 << 20)) for _ in range(96)]\nprint('GOT ALL')\n" },
    expected: { ...notThree, most: 40 },
  },
]

export const attacks: readonly Attack[] = bombs.map((bomb) => ({ ...bomb, leakMarkers: ['GOT ALL'] }))
