import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureFolder, writeAtomic } from '../../adapters/files/late-packages.ts'
import { areaOf } from '../../app/target.ts'
import { layerFiles } from '../../adapters/files/catalog-source.ts'
import { languages, isSlug, type Language } from '../../domain/exercise/exercise.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderNewExercise } from '../../ui/terminal/new.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'

export const newCommand: Command = {
  summary: 'Makes the files of a new exercise from templates/exercise; the gate says what is left to write.',
  usage: '<area>/<slug> [--lang L]',
  details: ['--lang    ts (default), py, java or rb; add more languages by hand'],
  options: { lang: { type: 'string' } },
  words: 1,
  run: makeExercise,
}

const programs = {
  ts: { template: 'node', entry: 'src/main.ts', run: ['node', 'src/main.ts'] },
  py: { template: 'python', entry: 'src/main.py', run: ['python', 'src/main.py'] },
  java: { template: 'java', entry: 'src/Main.java', run: ['java', 'Main'] },
  rb: { template: 'ruby', entry: 'src/main.rb', run: ['ruby', 'src/main.rb'] },
} as const

async function makeExercise(context: Context, { options, words }: Input): Promise<Answer> {
  const [areaWord = '', slug = ''] = (words[0] ?? '').split('/')
  if (!isSlug(slug)) throw new RunnerError('slug-form', { slug: words[0] ?? '' })
  const area = areaOf(areaWord)
  const language = languageOption(options['lang'])
  const { root } = context.settings
  const folder = join(root, 'exercises', area ?? '', slug)
  const known = context.source.load().catalog.bySlug.get(slug)
  if (known || existsSync(folder)) throw new RunnerError('exercise-exists', { slug, path: known?.folder ?? folder })
  const made = [
    ...layDown(root, folder, slug, language, 'exercise'),
    ...layDown(root, join(root, 'solutions', area ?? '', slug), slug, language, 'solution'),
  ]
  addToArea(join(root, 'exercises', area ?? '', 'area.json'), slug)
  const files = made.map((file) => file.slice(root.length + 1))
  return {
    exitCode: 0,
    json: { slug, area, language, files: made, next: commandLine('verify', slug) },
    text: renderNewExercise(area ?? '', slug, files),
  }
}

function languageOption(value: string | boolean | undefined): keyof typeof programs {
  const language = value ?? 'ts'
  if (typeof language === 'string' && language in programs) return language as keyof typeof programs
  throw new RunnerError('option-value', {
    command: 'new',
    option: '--lang',
    problem: `must be one of ${languages.filter((l: Language) => l in programs).join(', ')}`,
  })
}

/** Copies templates/exercise/<part>, with its words in double braces filled in. */
function layDown(root: string, target: string, slug: string, language: keyof typeof programs, part: string): string[] {
  const template = join(root, 'templates', 'exercise', part)
  const { template: name, entry, run } = programs[language]
  const build = language === 'java' ? '"build": ["javac", "src"], ' : ''
  const words: Record<string, string> = {
    slug,
    language,
    template: name,
    entry,
    run: JSON.stringify(run),
    build,
    title: titleOf(slug),
  }
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (all, key: string) => words[key] ?? all)
  return layerFiles(template)
    .filter(({ path }) => !path.includes('__') || path.includes(`__${language}__`))
    .map(({ path }) => {
      const file = join(target, fill(path.replace(`__${language}__`, language)))
      ensureFolder(dirname(file))
      writeFileSync(file, fill(readFileSync(join(template, path), 'utf8')))
      return file
    })
}

const titleOf = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll('-', ' ')

function addToArea(file: string, slug: string): void {
  const area = JSON.parse(readFileSync(file, 'utf8')) as { exercises: string[] }
  writeAtomic(file, `${JSON.stringify({ ...area, exercises: [...area.exercises, slug] }, null, 2)}\n`)
}
