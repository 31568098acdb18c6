import type { Exercise } from '../domain/exercise/exercise.ts'

/** A complete manifest for pure tests; a test changes what it is about. */
export const exerciseFixture = (more: Partial<Exercise> = {}): Exercise => ({
  formatVersion: 1,
  slug: 'money-split',
  title: 'Split money without losing a cent',
  summary: 'Shares that add up.',
  difficulty: 2,
  minutes: 25,
  objectives: ['Keep amounts exact'],
  outOfScope: [],
  systems: ['node'],
  driver: 'stdio',
  languages: { ts: { template: 'node' } },
  services: [],
  packs: [],
  firstRed: 'splits-evenly',
  requires: [],
  groups: [{ id: 'main', weight: 100 }],
  budgetMs: 5000,
  status: 'active',
  area: 'languages',
  folder: '/exercises/languages/money-split',
  ...more,
})
