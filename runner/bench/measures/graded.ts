import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { alternate, type Bench } from '../alternate.ts'
import { editsOf } from '../edits.ts'
import { areas, exerciseFiles, referenceOf, slugOf } from '../materials.ts'
import { areaFile, expectCode, makeGymProject, makeStandAlone, vitestCommand, type GymProject } from '../projects.ts'
import { rounded, type Measure } from '../statistics.ts'

export interface GradedMeasure extends Measure {
  /** Submissions graded per second and processor, at the median. */
  perSecondAndCore: number
  baselinePerSecondAndCore: number
}

const submissions = 300
/** For the baseline: as many at once as there are processors, again and again. */
const rounds = 3
/** Each `grade` takes as long as some fifty other commands. */
const mostRuns = 5

/**
 * The time of one submission when a class is graded: the whole of `grade`, with its start, the self-test, queue and
 * sandbox, divided by the submissions, each of which is another text. Baseline: one `vitest run` a submission, without
 * a sandbox, all processors busy.
 */
export async function gradedVsVitestRun(bench: Bench): Promise<GradedMeasure> {
  const { playground } = bench
  const project = await makeGradedProject(bench, submissions)
  const standAlone = makeStandAlone(bench, 'module')
  writeFileSync(join(standAlone, 'src/main.ts'), referenceOf('module'))
  const atOnce = availableParallelism()
  const measure = await alternate(
    bench,
    {
      ours: async (turn) => {
        cpSync(join(project.root, 'collected'), join(project.root, `class-${turn}`), { recursive: true })
        const { ms, stdout } = await project.gym(['grade', '--class', `class-${turn}`, '--json'])
        const { graded, passed } = JSON.parse(stdout) as { graded: number; passed: number }
        if (graded !== submissions || passed !== submissions / 2) throw new Error(`grade: ${stdout}`)
        rmSync(join(project.root, `class-${turn}`), { recursive: true })
        return ms / submissions
      },
      baseline: async () => {
        const started = performance.now()
        const lane = async (): Promise<void> => {
          for (let i = 0; i < rounds; i++)
            expectCode(await playground.run(vitestCommand('run'), { cwd: standAlone }), [0], 'vitest run')
        }
        await Promise.all(Array.from({ length: atOnce }, lane))
        return (performance.now() - started) / (rounds * atOnce)
      },
    },
    mostRuns,
  )
  const rate = ({ median }: Measure['ours']): number => rounded(1000 / median / atOnce, 2)
  return { ...measure, perSecondAndCore: rate(measure.ours), baselinePerSecondAndCore: rate(measure.baseline) }
}

/** A project with a class of so many TypeScript submissions in its folder `collected`. */
export async function makeGradedProject(bench: Bench, count: number): Promise<GymProject> {
  const slug = slugOf('module')
  const project = makeGymProject(bench, {
    ...exerciseFiles('module', slug),
    ...areaFile(areas.module, [slug, 'hello-gym']),
  })
  // What every grader is tried on before it is trusted.
  for (const part of ['exercises', 'solutions'])
    cpSync(join(bench.root, part, 'languages/hello-gym'), join(project.root, part, 'languages/hello-gym'), {
      recursive: true,
    })
  writeHandIn(project.root, slug, count)
  await project.gym(['collect', 'hand in', '--class', 'collected', '--set', 'set.json', '--json'])
  return project
}

/** Every other one is wrong, and no two are the same text. */
function writeHandIn(root: string, slug: string, count: number): void {
  const set = { formatVersion: 1, id: 'bench', name: 'Bench', version: 1, exercises: [{ slug }] }
  writeFileSync(join(root, 'set.json'), JSON.stringify(set))
  for (const [i, { text }] of editsOf('module', referenceOf('module'), count).entries()) {
    const file = join(root, 'hand in', `learner-${i + 1}`, `${slug}@ts`, 'src/main.ts')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
