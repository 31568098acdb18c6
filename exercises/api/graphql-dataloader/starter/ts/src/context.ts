import type { Db, Viewer } from './db.ts'

/** What the resolvers of one request share. */
export interface Context {
  db: Db
  viewer: Viewer
}

export function createContext(db: Db, viewer: Viewer): Context {
  return { db, viewer }
}
