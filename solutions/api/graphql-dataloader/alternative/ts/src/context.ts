import { Batcher } from './batcher.ts'
import type { CommentRow, CompanyRow, Db, FailedRow, UserRow, Viewer } from './db.ts'

/** What the resolvers of one request share. */
export interface Context {
  db: Db
  viewer: Viewer
  users: Batcher<string, UserRow | null>
  companies: Batcher<string, CompanyRow | null>
  commentsOf: (postId: string, first: number) => Promise<CommentRow[]>
}

export function createContext(db: Db, viewer: Viewer): Context {
  const comments = new Map<number, Batcher<string, CommentRow[]>>()
  return {
    db,
    viewer,
    users: new Batcher(async (ids) => byId(await db.usersByIds(viewer, ids)), null),
    companies: new Batcher(async (ids) => byId(await db.companiesByIds(viewer, ids)), null),
    commentsOf: (postId, first) => {
      const batcher = comments.get(first) ?? new Batcher<string, CommentRow[]>(async (ids) => Map.groupBy(await db.commentsByPostIds(viewer, ids, first), (row) => row.postId), [])
      comments.set(first, batcher)
      return batcher.get(postId)
    },
  }
}

const byId = <Row extends { id: string }>(rows: (Row | FailedRow)[]): Map<string, Row | Error> =>
  new Map(rows.map((row) => [row.id, 'error' in row ? new Error(row.error) : row]))
