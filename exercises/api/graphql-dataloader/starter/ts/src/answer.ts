import { graphql } from 'graphql'
import { createContext } from './context.ts'
import type { Db, Viewer } from './db.ts'
import { schema } from './schema.ts'

export interface Answer {
  data: unknown
  errors: { message: string; path: readonly (string | number)[] }[]
}

/** Answers one request. */
export async function answer(db: Db, viewer: Viewer, query: string): Promise<Answer> {
  const { data, errors = [] } = await graphql({ schema, source: query, contextValue: createContext(db, viewer) })
  return { data: data ?? null, errors: errors.map(({ message, path }) => ({ message, path: path ?? [] })) }
}
