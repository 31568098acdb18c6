import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Node, Parser as TreeSitter, TreeCursor } from 'web-tree-sitter'
import type { SourceParser } from '../../app/ports.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import type { Syntax } from '../../domain/mutation/syntax.ts'

const grammarFiles: Partial<Record<Language, string>> = {
  ts: 'typescript',
  py: 'python',
  java: 'java',
  rb: 'ruby',
}

/** The parser of a language; null where there is no grammar of it here. */
export async function openParser(language: Language): Promise<SourceParser | null> {
  const name = grammarFiles[language]
  if (name === undefined) return null
  const { Parser, Language: Grammar } = await import('web-tree-sitter')
  await Parser.init()
  const parser = new Parser()
  parser.setLanguage(await Grammar.load(join(grammarFolder(), `tree-sitter-${name}.wasm`)))
  return {
    parse: (text) => withRoot(parser, text, (root) => ({ sound: !root.hasError, root: syntaxOf(root.walk()) })),
    isSound: (text) => withRoot(parser, text, (root) => !root.hasError),
  }
}

const grammarFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm')

/** Trees live in the memory of WebAssembly, where nobody collects them. */
function withRoot<T>(parser: TreeSitter, text: string, read: (root: Node) => T): T {
  const tree = parser.parse(text)
  if (!tree) throw new Error('the parser has no language')
  try {
    return read(tree.rootNode)
  } finally {
    tree.delete()
  }
}

function syntaxOf(cursor: TreeCursor): Syntax {
  const { nodeType, nodeIsNamed, currentFieldName, startIndex, endIndex } = cursor
  const children: Syntax[] = []
  if (cursor.gotoFirstChild()) {
    do children.push(syntaxOf(cursor))
    while (cursor.gotoNextSibling())
    cursor.gotoParent()
  }
  return { type: nodeType, named: nodeIsNamed, field: currentFieldName, start: startIndex, end: endIndex, children }
}
