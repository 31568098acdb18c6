/** The database, as the feed sees it. It answers for a person: what `viewer` may not see is left out. */
export interface Db {
  /** Newest first. */
  posts: (viewer: Viewer, first: number) => Promise<PostRow[]>
  /** At most 100 ids. Rows come in any order, each once; an id that does not exist has none. */
  usersByIds: (viewer: Viewer, ids: readonly string[]) => Promise<(UserRow | FailedRow)[]>
  /** At most 100 ids. Rows come in any order, each once; an id that does not exist has none. */
  companiesByIds: (viewer: Viewer, ids: readonly string[]) => Promise<(CompanyRow | FailedRow)[]>
  /** At most 100 ids. The first comments of each of these posts, oldest first; the posts come mixed. */
  commentsByPostIds: (viewer: Viewer, postIds: readonly string[], first: number) => Promise<CommentRow[]>
  pinPost: (viewer: Viewer, id: string) => Promise<PostRow>
  renameUser: (viewer: Viewer, id: string, name: string) => Promise<void>
}

/** Id of the user who asks; null for somebody who is not signed in. */
export type Viewer = string | null

export interface PostRow {
  id: string
  title: string
  authorId: string
}

export interface UserRow {
  id: string
  name: string
  /** Null unless the viewer is this user, or an admin. */
  email: string | null
  companyId: string
}

export interface CompanyRow {
  id: string
  name: string
}

export interface CommentRow {
  id: string
  postId: string
  text: string
  authorId: string
}

/** A row that the database could not read; the others of the same call are fine. */
export interface FailedRow {
  id: string
  error: string
}
