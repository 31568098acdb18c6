/** What came for a list of inputs, in their order. */
export interface Answers<A> {
  answers: readonly A[]
  /** Lines for the transcript where answers are missing: how the child ended and what it wrote about that. */
  end?: readonly (readonly [label: string, text: string])[]
}

/** What `program.run` gives, as far as answers go. */
interface Ended {
  lines: readonly string[]
  code: number | null
  signal: string | null
  stderr: string
}

/**
 * One answer a line. A line that cannot be read stands for itself, so that the learner sees it as it came.
 * @param read how a line is read; as JSON where nothing is said
 */
export function lineAnswers<A>(
  { lines, code, signal, stderr }: Ended,
  read: (line: string) => A = JSON.parse,
): Answers<A> {
  return {
    answers: lines.map((line) => readOr(read, line)),
    end: [
      signal === null ? ['exit code', String(code)] : ['ended by', signal],
      ...(stderr.trim() === '' ? [] : [['stderr', lastWords(stderr)] as const]),
    ],
  }
}

function readOr<A>(read: (line: string) => A, line: string): A {
  try {
    return read(line)
  } catch {
    return line as A
  }
}

/**
 * What a program says of its end, in few lines: the names of errors where there are any (a traceback has them last, most
 * others first), else how it begins and ends.
 */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s*$|^\s+(at|from) |^Node\.js v/.test(line))
  const named = lines.filter((line) => /(Error|Exception)\b/.test(line)).slice(-2)
  if (named.length > 0) return named.join('\n')
  return lines.length <= 4 ? lines.join('\n') : [...lines.slice(0, 2), '…', ...lines.slice(-2)].join('\n')
}
