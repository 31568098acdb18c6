import type { Attack } from './attack.ts'

/** Bounds of one process are kept, and got round together: shared memory, many processes, the data of a server. */

const shared: Attack = {
  id: 'R37',
  title: 'shared memory that no limit counts',
  language: 'py',
  exercise: 'money-split',
  base: 'reference',
  files: {
    'src/main.py': `import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
kept = []
def attempt(make):
    try:
        for _ in range(22):
            part = make()
            for at in range(0, 100 << 20, 4096):
                part[at] = 1
            kept.append(part)
    except (OSError, ValueError):
        pass
attempt(lambda: mmap.mmap(-1, 100 << 20))
def in_memory():
    file = os.memfd_create('x')
    os.ftruncate(file, 100 << 20)
    return mmap.mmap(file, 100 << 20)
attempt(in_memory)
if libc.shmget(0, 100 << 20, 0o1600) >= 0:
    kept.append(0)
print('SHARED ' + str(len(kept)) + ' PARTS')
`,
  },
  expected: { verdicts: ['failed', 'broken'], most: 40, shows: /SHARED 0 PARTS/ },
}

/** Each stays within what one may have; together they have more than a run may. */
const together: Attack = {
  id: 'R37',
  title: 'five processes of 450 MB',
  language: 'py',
  exercise: 'money-split',
  base: 'reference',
  files: {
    'src/main.py': `import os, time
held, holds = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        try:
            kept = bytearray(b'x' * (1 << 20)) * 450
            os.write(holds, b'x')
            time.sleep(600)
        finally:
            os._exit(0)
os.close(holds)
got = b''
while len(got) < 5:
    part = os.read(held, 5)
    if not part:
        break
    got += part
time.sleep(0.5)
print('HELD ALL' if len(got) == 5 else 'HELD LESS')
`,
  },
  expected: { verdicts: ['failed'], most: 40, shows: /SIGKILL/ },
}

const filling: Attack = {
  id: 'R37',
  title: 'a gigabyte in tables of PostgreSQL',
  language: 'ts',
  exercise: 'pg-transfer-atomic',
  base: 'reference',
  files: {
    'src/bank.ts': `import pg from 'pg'
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
client.on('error', () => {})
await client.connect()
let written = 0, why = ''
try {
  await client.query('create temp table fill (x text)')
  await client.query('alter table fill alter x set storage external')
  for (let i = 0; i < 16; i++) {
    await client.query("insert into fill select repeat('x', 1 << 20) from generate_series(1, 64)")
    written += 64
  }
} catch (error) { why = String(error) }
throw new Error('WRITTEN ' + (written < 1000 ? 'LESS' : 'ALL') + ' ' + written + ' ' + why)
`,
  },
  expected: { verdicts: ['broken'], most: 0, says: /No space left on device/ },
}

export const attacks: readonly Attack[] = [
  shared,
  { ...together, leakMarkers: ['HELD ALL'] },
  { ...filling, leakMarkers: ['WRITTEN ALL'] },
]
