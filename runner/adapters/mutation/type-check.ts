import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CompilerOptions, LanguageService, LanguageServiceHost } from 'typescript'
import type { TypeCheck } from '../../app/ports.ts'
import type { Language } from '../../domain/exercise/exercise.ts'

/**
 * The compiler over a tree of TypeScript, warm, so that each mutant costs one changed file. The suite would run a mutant
 * with wrong types all the same; but an editor shows it in red, so it is not what somebody hands in. Java's compiler stands
 * in every run and needs no place here; a tree that is not clean by itself tells nothing about its mutants.
 */
export async function openTypeCheck(language: Language, folder: string): Promise<TypeCheck | null> {
  if (language !== 'ts' || !existsSync(join(folder, 'tsconfig.json'))) return null
  const { default: ts } = await import('typescript')
  const config = join(folder, 'tsconfig.json')
  const read = ts.readConfigFile(config, (path) => ts.sys.readFile(path))
  const { options, fileNames } = ts.parseJsonConfigFileContent(read.config, ts.sys, folder)
  const texts = new Map<string, { text: string; version: number }>()
  const host: LanguageServiceHost = {
    getCompilationSettings: () => ({ ...options, ...overlooked }),
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => String(texts.get(path)?.version ?? 0),
    getScriptSnapshot: (path) => {
      const text = texts.get(path)?.text ?? ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    readDirectory: (...of) => ts.sys.readDirectory(...of),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  }
  const service = ts.createLanguageService(host)
  if (!isClean(service, fileNames)) return null
  let version = 0
  return (file, text) => {
    const path = fileNames.find((name) => name === join(folder, file))
    if (path === undefined) return true
    texts.set(path, { text, version: ++version })
    const clean = isClean(service, fileNames)
    texts.set(path, { text: ts.sys.readFile(path) ?? '', version: ++version })
    return clean
  }
}

/** A mutant leaves names unused and lines unreached; that is no error of types. */
const overlooked: CompilerOptions = {
  noUnusedLocals: false,
  noUnusedParameters: false,
  noImplicitReturns: false,
  allowUnreachableCode: true,
}

const isClean = (service: LanguageService, files: readonly string[]): boolean =>
  files.every(
    (file) => service.getSyntacticDiagnostics(file).length === 0 && service.getSemanticDiagnostics(file).length === 0,
  )
