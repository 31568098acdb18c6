// Asks the feed once, against a small database of paper, and prints what the database was asked: node src/try.ts
import { answer } from './answer.ts'
import type { Db } from './db.ts'

const users = [
  { id: 'u1', name: 'Ida', email: 'ida@example.com', companyId: 'c1' },
  { id: 'u2', name: 'Omar', email: 'omar@example.com', companyId: 'c2' },
]
const companies = [
  { id: 'c1', name: 'Teapots & Co' },
  { id: 'c2', name: 'Mugs Ltd' },
]
const posts = [1, 2, 3, 4].map((n) => ({ id: `p${n}`, title: `Parcel diary ${n}`, authorId: n % 2 ? 'u1' : 'u2' }))
const comments = posts.map((post, n) => ({ id: `k${n}`, postId: post.id, text: 'How fast!', authorId: n % 2 ? 'u1' : 'u2' }))

async function asked<T>(call: string, rows: T): Promise<T> {
  console.log(`  asks ${call}`)
  return rows
}

const db: Db = {
  posts: (_, first) => asked(`posts(${first})`, posts.slice(0, first)),
  usersByIds: (viewer, ids) =>
    asked(`usersByIds(${ids})`, users.filter((user) => ids.includes(user.id)).map((user) => ({ ...user, email: user.id === viewer ? user.email : null })).reverse()),
  companiesByIds: (_, ids) => asked(`companiesByIds(${ids})`, companies.filter((company) => ids.includes(company.id)).reverse()),
  commentsByPostIds: (_, ids, first) => asked(`commentsByPostIds(${ids}; ${first})`, comments.filter((comment) => ids.includes(comment.postId)).reverse()),
  pinPost: (_, id) => asked(`pinPost(${id})`, posts.find((post) => post.id === id) ?? posts[0]!),
  renameUser: async (_, id, name) => {
    await asked(`renameUser(${id}, ${name})`, null)
    for (const user of users) if (user.id === id) user.name = name
  },
}

const query = '{ posts(first: 4) { title author { name email company { name } } comments(first: 2) { text author { name } } } }'
console.log(JSON.stringify(await answer(db, 'u1', query), null, 2))
