/**
 * A source file with all it imports of the project, made into one JavaScript file, so that a start reads one file and
 * not a hundred. It is kept in the cache with what tells a change of each file that went into it, and is never used once
 * one of them is another.
 */
export interface BundleSpec {
  /** Stands in the name of its folder. */
  name: string
  /** Absolute path of the file it is made of. */
  entry: string
  /** Imports that lead to a file that exists already: the words of the import → its address. */
  elsewhere?: Readonly<Record<string, string>>
  /** Packages that go in. The others stay outside and are found from the project. */
  packages?: readonly string[]
  /** Stack traces can name the sources (stacks.ts). */
  sourceMap?: boolean
}

/** A bundle as it is kept. */
export interface MadeBundle {
  /** Of the JavaScript file; a new content has a new address. */
  url: string
  /** Of each file that went in or came out, the stamp it had. */
  stamps: Readonly<Record<string, string>>
}
