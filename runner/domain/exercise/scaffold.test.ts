import { expect, test } from 'vitest'
import { planScaffold, type ScaffoldInput } from './scaffold.ts'

const input: ScaffoldInput = {
  slug: 'money-split',
  area: 'languages',
  language: 'ts',
  title: 'Split money',
  folder: '/w/money-split',
  layers: [
    {
      folder: '/t/node',
      files: [
        { path: 'tsconfig.json', executable: false },
        { path: 'template.json', executable: false },
        { path: 'src/main.ts', executable: false },
      ],
    },
    {
      folder: '/e/starter/ts',
      files: [
        { path: 'src/main.ts', executable: false },
        { path: 'run.json', executable: false },
        { path: 'run.sh', executable: true },
      ],
    },
  ],
  brief: '# Brief\n',
  packageJson: {},
  runner: '../../runner',
  commands: ['next'],
}

test('planScaffold: template and starter: the starter wins, the runner’s own files stay out', () => {
  const plan = planScaffold(input)
  expect(plan.files.map((f) => f.to)).toEqual([
    '.exercise.json',
    'README.md',
    'package.json',
    'run.sh',
    'src/main.ts',
    'tsconfig.json',
  ])
  expect(plan.files.find((f) => f.to === 'src/main.ts')?.source).toEqual({ from: '/e/starter/ts/src/main.ts' })
  expect(plan.files.find((f) => f.to === 'run.sh')?.executable).toBe(true)
})

test('planScaffold: package.json: forwards the commands to the project', () => {
  const file = planScaffold(input).files.find((f) => f.to === 'package.json')
  expect(JSON.parse(file && 'text' in file.source ? file.source.text : '')).toMatchObject({
    private: true,
    scripts: { next: 'node ../../runner/bootstrap.mjs next' },
  })
})

test('planScaffold: repository.json in a layer: named, and not a file of the workspace', () => {
  const layers = [
    ...input.layers,
    { folder: '/e/starter/git', files: [{ path: 'repository.json', executable: false }] },
  ]
  const plan = planScaffold({ ...input, layers })
  expect(plan.repository).toBe('/e/starter/git/repository.json')
  expect(plan.files.map((f) => f.to)).not.toContain('repository.json')
  expect(plan.files.find((f) => f.to === '.gitignore')?.source).toEqual({ text: 'repo/\nremotes/\n' })
})
