import { expect, test, type Fixtures, type Random } from '#harness'

type Viewer = string | null

interface User {
  id: string
  name: string
  email: string
  companyId: string
}

interface Post {
  id: string
  title: string
  authorId: string
}

interface World {
  posts: Post[]
  users: User[]
  companies: { id: string; name: string }[]
  comments: { id: string; postId: string; text: string; authorId: string }[]
}

const admin = 'u0'
const names = ['Ida', 'Omar', 'Lin', 'Kofi', 'Ana', 'Piet', 'Mei', 'Raj', 'Zoe', 'Tom']

/** A club with this many posts, by this many users; user u0 is the admin. */
function aWorld(random: Random, size: number, authors = 12): World {
  const users = Array.from({ length: authors }, (_, i) => ({
    id: `u${i}`,
    name: `${random.pick(names)} ${i}`,
    email: `user${i}@example.com`,
    companyId: `c${random.integer(0, 3)}`,
  }))
  const author = (): string => random.pick(users).id
  const posts = Array.from({ length: size }, (_, i) => ({
    id: `p${i}`,
    title: `Parcel diary ${random.integer(100, 999)}`,
    authorId: author(),
  }))
  const comments = posts.flatMap(({ id }) =>
    Array.from({ length: random.integer(0, 6) }, (_, i) => ({
      id: `${id}-k${i}`,
      postId: id,
      text: random.pick(['How fast!', 'Mine too.', 'Which carrier?']),
      authorId: author(),
    })),
  )
  return { posts, users, companies: [0, 1, 2, 3].map((n) => ({ id: `c${n}`, name: `Company ${n}` })), comments }
}

interface Call {
  name: string
  viewer: Viewer
  ids: string[]
}

/** What a case wants to happen differently: wait, refuse, or answer with other rows. */
type Twist = (call: Call, rows: unknown[]) => unknown

/** A database that notes its calls and mixes its rows. */
function database(random: Random, world: World, twist: Twist = (_, rows) => rows) {
  const calls: Call[] = []
  const asked = async (name: string, viewer: Viewer, ids: unknown, rows: () => unknown[]): Promise<unknown> => {
    const call = { name, viewer, ids: Array.isArray(ids) ? ids.map(String) : [] }
    calls.push(call)
    if (call.ids.length > 100) throw new Error(`at most 100 ids, not ${call.ids.length}`)
    return twist(call, rows())
  }
  const shown = (viewer: Viewer, user: User): unknown => ({
    ...user,
    email: viewer === admin || viewer === user.id ? user.email : null,
  })
  const among = <T extends { id: string }>(list: T[], ids: string[]): T[] =>
    random.shuffle(list.filter(({ id }) => ids.includes(id)))
  const db = {
    posts: (viewer: Viewer, first: number) => asked('posts', viewer, [], () => world.posts.slice(0, first)),
    usersByIds: (viewer: Viewer, ids: string[]) =>
      asked('usersByIds', viewer, ids, () => among(world.users, ids).map((user) => shown(viewer, user))),
    companiesByIds: (viewer: Viewer, ids: string[]) =>
      asked('companiesByIds', viewer, ids, () => among(world.companies, ids)),
    commentsByPostIds: (viewer: Viewer, ids: string[], first: number) =>
      asked('commentsByPostIds', viewer, ids, () =>
        mixed(
          random,
          ids.map((id) => commentsOf(world, id, first)),
        ),
      ),
    pinPost: async (viewer: Viewer, id: string) =>
      ((await asked('pinPost', viewer, [], () => world.posts.filter((post) => post.id === id))) as Post[])[0],
    renameUser: async (viewer: Viewer, id: string, name: string) => {
      await asked('renameUser', viewer, [], () => [])
      rename(world, id, name)
      return null
    },
  }
  const to = (name: string): Call[] => calls.filter((call) => call.name === name)
  const counts = () => ({
    posts: to('posts').length,
    users: to('usersByIds').length,
    companies: to('companiesByIds').length,
    comments: to('commentsByPostIds').length,
  })
  return { db, calls, to, counts }
}

const commentsOf = (world: World, postId: string, first: number) =>
  world.comments.filter((comment) => comment.postId === postId).slice(0, first)

function rename(world: World, id: string, name: string): void {
  for (const user of world.users) if (user.id === id) user.name = name
}

/** The lists shuffled into each other, each keeping its own order. */
function mixed<T>(random: Random, lists: T[][]): T[] {
  const rest = lists.map((list) => [...list])
  return random.shuffle(lists.flatMap((list, i) => list.map(() => i))).map((i) => rest[i]?.shift() as T)
}

interface Answer {
  data: Record<string, unknown> | null
  errors: { message: string; path: (string | number)[] }[]
}

type Stage = Pick<Fixtures, 'subject' | 'transcript'>

async function answer({ subject, transcript }: Stage, db: object, viewer: Viewer, query: string): Promise<Answer> {
  transcript('query', query)
  return (await subject.call('answer', [db, viewer, query])) as Answer
}

/** A feed as it must come, for the parts that a query asks for. */
function feed(world: World, viewer: Viewer, { comments = 0 }: { comments?: number } = {}): unknown {
  const company = (id: string): unknown => ({ name: world.companies.find((c) => c.id === id)?.name })
  const author = (id: string): unknown => {
    const user = world.users.find((u) => u.id === id)
    return user
      ? {
          name: user.name,
          email: viewer === admin || viewer === id ? user.email : null,
          company: company(user.companyId),
        }
      : null
  }
  return world.posts.map((post) => ({
    title: post.title,
    author: author(post.authorId),
    ...(comments > 0
      ? {
          comments: commentsOf(world, post.id, comments).map(({ text, authorId }) => ({
            text,
            author: author(authorId),
          })),
        }
      : {}),
  }))
}

const person = '{ name email company { name } }'
const wholeFeed = (size: number): string =>
  `{ posts(first: ${size}) { title author ${person} comments(first: 3) { text author ${person} } } }`
const authorsOnly = (size: number): string => `{ posts(first: ${size}) { title author { name } } }`

const nameOf = (world: World, id: string): unknown => world.users.find((user) => user.id === id)?.name

test(
  'the whole feed has the right answer',
  { meta: { id: 'right-answer', group: 'correctness', covers: [1, 5] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 8)
    const { db } = database(random, world)
    const { data, errors } = await answer({ subject, transcript }, db, 'u3', wholeFeed(8))
    expect(errors, 'errors').toEqual([])
    expect(data?.['posts']).toEqual(feed(world, 'u3', { comments: 3 }))
  },
)

test(
  'the authors of twenty posts are asked for in one call',
  { meta: { id: 'authors-in-one-call', group: 'batching', covers: [2] } },
  async ({ subject, random, transcript, evidence }) => {
    const { db, to } = database(random, aWorld(random, 20), async ({ name }, rows) => {
      // The first answer is held back until the resolvers have asked all they can ask without it.
      if (name !== 'usersByIds' || to('usersByIds').length > 1) return rows
      await subject.settle()
      evidence('calls', to('usersByIds').length > 1 ? 'together' : 'one after the other')
      return rows
    })
    await answer({ subject, transcript }, db, 'u3', authorsOnly(20))
    expect(to('usersByIds').length, 'calls of usersByIds').toBe(1)
  },
)

test(
  'the whole feed takes as many calls for sixty posts as for ten',
  { meta: { id: 'constant-calls', group: 'batching', covers: [2] } },
  async ({ subject, random, transcript }) => {
    for (const size of [10, 60]) {
      const { db, counts } = database(random, aWorld(random, size, 40))
      await answer({ subject, transcript }, db, null, wholeFeed(size))
      transcript('calls', counts())
      const most = { posts: 1, users: 2, companies: 2, comments: 1 }
      const over = Object.entries(counts()).filter(([name, count]) => count > most[name as keyof typeof most])
      expect(
        over.map(([name, count]) => `${count} for ${name}, at most ${most[name as keyof typeof most]}`),
        `calls too many for ${size} posts`,
      ).toEqual([])
    }
  },
)

test(
  'no user and no company is asked for twice',
  { meta: { id: 'nobody-twice', group: 'batching', covers: [3] } },
  async ({ subject, random, transcript }) => {
    const { db, to } = database(random, aWorld(random, 30, 9))
    await answer({ subject, transcript }, db, 'u1', wholeFeed(30))
    for (const name of ['usersByIds', 'companiesByIds', 'commentsByPostIds']) {
      const ids = to(name).flatMap((call) => call.ids)
      expect(
        [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))],
        `ids that ${name} was asked for again`,
      ).toEqual([])
    }
  },
)

test(
  'more than a hundred ids are split into as few calls as possible',
  { meta: { id: 'split-at-100', group: 'batching', covers: [4] } },
  async ({ subject, random, transcript }) => {
    const size = random.integer(210, 290)
    const world = aWorld(random, size, size)
    world.posts.forEach((post, i) => (post.authorId = `u${i}`))
    const { db, to } = database(random, world)
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      null,
      `{ posts(first: ${size}) { title author { name } comments(first: 1) { text } } }`,
    )
    expect(errors.slice(0, 2), 'errors').toEqual([])
    expect([to('usersByIds').length, to('commentsByPostIds').length], 'calls for users and for comments').toEqual([
      3, 3,
    ])
    expect(data?.['posts']).toEqual(
      world.posts.map((post) => ({
        title: post.title,
        author: { name: nameOf(world, post.authorId) },
        comments: commentsOf(world, post.id, 1).map(({ text }) => ({ text })),
      })),
    )
  },
)

test(
  'a user who is gone is null, and nothing moves',
  { meta: { id: 'missing-is-null', group: 'correctness', covers: [5] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 6)
    const gone = world.posts[random.integer(0, 5)]?.authorId ?? ''
    world.users = world.users.filter(({ id }) => id !== gone)
    const { db } = database(random, world)
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      'u1',
      `{ posts(first: 6) { title author ${person} } }`,
    )
    expect(errors, 'errors').toEqual([])
    expect(data?.['posts']).toEqual(feed(world, 'u1'))
  },
)

test(
  'nobody reads what was loaded for somebody else',
  { meta: { id: 'requests-share-nothing', group: 'isolation', covers: [6] } },
  async ({ subject, random, transcript, evidence }) => {
    const world = aWorld(random, 5, 6)
    const { db, calls } = database(random, world)
    const ask = async (viewer: Viewer): Promise<unknown> => {
      transcript('viewer', viewer ?? '(nobody)')
      return (await answer({ subject, transcript }, db, viewer, `{ posts(first: 5) { title author ${person} } }`))
        .data?.['posts']
    }
    for (const viewer of [admin, 'u4', null]) {
      const before = calls.length
      const posts = await ask(viewer)
      evidence('asksAgain', calls.length - before > 1)
      expect(posts, `the feed for ${viewer === admin ? 'the admin' : (viewer ?? 'somebody not signed in')}`).toEqual(
        feed(world, viewer),
      )
      expect(
        [...new Set(calls.slice(before).map((call) => call.viewer))],
        'viewers that the database was told',
      ).toEqual([viewer])
    }
    rename(world, world.posts[0]?.authorId ?? '', 'Renamed elsewhere')
    expect(await ask('u4'), 'the feed after a user was renamed elsewhere').toEqual(feed(world, 'u4'))
  },
)

test(
  'two requests that overlap keep apart',
  { meta: { id: 'overlapping-requests', group: 'isolation', covers: [6] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 5, 6)
    const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { db } = database(random, world, async ({ name, viewer }, rows) => {
      if (name !== 'posts' || viewer !== admin) return rows
      reached.resolve()
      await release.promise
      return rows
    })
    const query = `{ posts(first: 5) { title author ${person} } }`
    const slow = answer({ subject, transcript }, db, admin, query)
    await Promise.race([reached.promise, slow])
    transcript('meanwhile', 'the posts of the first request, by the admin, are held back; u2 asks')
    const quick = await answer({ subject, transcript }, db, 'u2', query)
    release.resolve()
    expect(quick.data?.['posts'], 'the feed for u2').toEqual(feed(world, 'u2'))
    expect((await slow).data?.['posts'], 'the feed for the admin').toEqual(feed(world, admin))
  },
)

test(
  'a row that failed is an error of its own fields',
  { meta: { id: 'failed-row', group: 'errors', covers: [7] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 7, 5)
    const bad = world.posts[2]?.authorId ?? ''
    const { db } = database(random, world, ({ name }, rows) =>
      name === 'usersByIds'
        ? (rows as User[]).map((row) => (row.id === bad ? { id: row.id, error: 'checksum does not match' } : row))
        : rows,
    )
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      'u1',
      `{ posts(first: 7) { title author ${person} } }`,
    )
    const failed = world.posts.flatMap(({ authorId }, i) => (authorId === bad ? [i] : []))
    const healthy = { ...world, users: world.users.filter(({ id }) => id !== bad) }
    expect(data?.['posts']).toEqual(feed(healthy, 'u1'))
    expect(errors.map(({ message, path }) => `${path.join('.')}: ${message}`).sort(), 'errors').toEqual(
      failed.map((i) => `posts.${i}.author: checksum does not match`).sort(),
    )
  },
)

test(
  'a call that rejects costs its own fields and no others',
  { meta: { id: 'failed-call', group: 'errors', covers: [8] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 4, 5)
    const { db } = database(random, world, ({ name }, rows) => {
      if (name === 'usersByIds') throw new Error('connection lost')
      return rows
    })
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      'u1',
      '{ posts(first: 4) { title author { name } comments(first: 3) { text } } }',
    )
    expect(data?.['posts']).toEqual(
      world.posts.map((post) => ({
        title: post.title,
        author: null,
        comments: commentsOf(world, post.id, 3).map(({ text }) => ({ text })),
      })),
    )
    expect(errors.map(({ path }) => path.join('.')).sort(), 'paths of the errors').toEqual(
      world.posts.map((_, i) => `posts.${i}.author`).sort(),
    )
    expect(
      (await subject.unhandled()).map(({ error }) => error.message),
      'rejections that nobody handled',
    ).toEqual([])
  },
)

test(
  'a new name is seen in the same response',
  { meta: { id: 'rename-is-seen', group: 'mutation-and-arguments', covers: [9] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 4)
    const post = random.pick(world.posts)
    const old = nameOf(world, post.authorId)
    const name = `${random.pick(names)} the Second`
    const { db } = database(random, world)
    const pin = `pinPost(id: "${post.id}") { author { name } }`
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      admin,
      `mutation { before: ${pin} renameUser(id: "${post.authorId}", name: "${name}") { name } after: ${pin} }`,
    )
    expect(errors, 'errors').toEqual([])
    expect(data).toEqual({ before: { author: { name: old } }, renameUser: { name }, after: { author: { name } } })
  },
)

test(
  'the same field with two arguments has two answers',
  { meta: { id: 'arguments', group: 'mutation-and-arguments', covers: [2, 10] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 6)
    const { db, to } = database(random, world)
    const [some, more] = random.shuffle([2, 5]) as [number, number]
    const { data } = await answer(
      { subject, transcript },
      db,
      'u1',
      `{ posts(first: 6) { a: comments(first: ${some}) { id } b: comments(first: ${more}) { id } } }`,
    )
    const ids = (post: Post, first: number): unknown => commentsOf(world, post.id, first).map(({ id }) => ({ id }))
    expect(data?.['posts']).toEqual(world.posts.map((post) => ({ a: ids(post, some), b: ids(post, more) })))
    expect(to('commentsByPostIds').length, 'calls of commentsByPostIds').toBeLessThanOrEqual(2)
  },
)
