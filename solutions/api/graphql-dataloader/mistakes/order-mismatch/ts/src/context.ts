import DataLoader from 'dataloader'
import type { CommentRow, CompanyRow, Db, FailedRow, UserRow, Viewer } from './db.ts'

/** What the resolvers of one request share: nothing in it outlives the request. */
export interface Context {
  db: Db
  viewer: Viewer
  users: DataLoader<string, UserRow | null>
  companies: DataLoader<string, CompanyRow | null>
  /** The loader of the first comments of posts; one for each number. */
  comments: (first: number) => DataLoader<string, CommentRow[]>
}

/** The database takes no more ids in one call. */
const maxBatchSize = 100

export function createContext(db: Db, viewer: Viewer): Context {
  const comments = new Map<number, DataLoader<string, CommentRow[]>>()
  return {
    db,
    viewer,
    users: new DataLoader(async (ids) => inKeyOrder(ids, await db.usersByIds(viewer, ids)), { maxBatchSize }),
    companies: new DataLoader(async (ids) => inKeyOrder(ids, await db.companiesByIds(viewer, ids)), { maxBatchSize }),
    comments: (first) => {
      const loader = comments.get(first) ?? commentLoader(db, viewer, first)
      comments.set(first, loader)
      return loader
    },
  }
}

function inKeyOrder<Row extends { id: string }>(_ids: readonly string[], rows: readonly (Row | FailedRow)[]): (Row | Error | null)[] {
  return rows.map((row) => ('error' in row ? new Error(row.error) : row))
}

function commentLoader(db: Db, viewer: Viewer, first: number): DataLoader<string, CommentRow[]> {
  return new DataLoader(
    async (postIds) => {
      const byPost = Map.groupBy(await db.commentsByPostIds(viewer, postIds, first), (row) => row.postId)
      return postIds.map((id) => byPost.get(id) ?? [])
    },
    { maxBatchSize },
  )
}
