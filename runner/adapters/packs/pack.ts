import type { Language } from '../../domain/exercise/exercise.ts'

/** A big optional part, pinned, that works without a network once it is there. */
export interface Pack {
  title: string
  for: string
  license: string
  /** The version of the part itself; what exactly is installed stands in the files under `pins/`. */
  version: string
  /** Size on disk once installed, in megabytes; the progress bar is full there. */
  megabytes: number
  /** The language whose exercises need it; a server serves all. */
  language: Language | 'any'
  /** Where the machine offers the same already, so that nothing has to be installed; null: it does not. */
  present?: () => string | null
  /** Changes whenever what would be installed changes. */
  pins: () => readonly string[]
  /** Brings everything into an empty folder, or rejects with a RunnerError. */
  fetch: (place: PackPlace) => Promise<void>
}

export interface PackPlace {
  id: string
  /** Empty; becomes the pack's folder once everything is in it. */
  folder: string
  /** .cache of the project, for what a second attempt can take up again. */
  cache: string
}
