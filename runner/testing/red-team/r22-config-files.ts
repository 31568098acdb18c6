import { rightModule, type Attack } from './attack.ts'

/** No attack on points: files that would configure our tools lie beside a right solution, and nobody obeys them. */

const evil = "require('fs').writeFileSync('/tmp/obeyed', 'x'); throw new Error('OBEYED')\n"
const config = {
  '.npmrc': 'node-options=--require ./evil.cjs\nscript-shell=./evil.cjs\n',
  'evil.cjs': evil,
  'vitest.config.ts': "throw new Error('OBEYED')\nexport default { test: { passWithNoTests: true, include: [] } }\n",
  'vite.config.js': "throw new Error('OBEYED')\n",
  'tsconfig.json': '{ "extends": "./nowhere.json", "compilerOptions": { "target": "es3" } }\n',
  'package.json': JSON.stringify({
    type: 'commonjs',
    scripts: { pretest: 'node evil.cjs', postinstall: 'node evil.cjs' },
    imports: { '#harness': './evil.cjs' },
    exports: './evil.cjs',
  }),
  '.env': 'NODE_OPTIONS=--require ./evil.cjs\n',
  'run.json': '{ "run": ["sh", "-c", "echo OBEYED"] }\n',
  'exercise.json': '{ "groups": [] }\n',
  'sitecustomize.py': "raise SystemExit('OBEYED')\n",
}

export const attacks: readonly Attack[] = [
  {
    id: 'R22',
    title: 'beside a right module',
    language: 'ts',
    exercise: 'module-add',
    base: 'nothing',
    files: { ...config, 'src/main.ts': rightModule },
    expected: { verdicts: ['passed'], most: 100, least: 100 },
    leakMarkers: ['OBEYED'],
  },
  {
    id: 'R22',
    title: 'beside right tests',
    language: 'ts',
    exercise: 'first-mutants',
    base: 'reference',
    files: config,
    expected: { verdicts: ['passed'], most: 100, least: 100 },
    leakMarkers: ['OBEYED'],
  },
  {
    id: 'R22',
    title: 'beside a right program',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: config,
    expected: { verdicts: ['passed'], most: 100, least: 100 },
    leakMarkers: ['OBEYED'],
  },
]
