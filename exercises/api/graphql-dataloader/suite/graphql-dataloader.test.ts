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

interface Shown {
  author: { name: string } | null
}

/** Did an author come whom this post does not have? */
function isSwapped(world: World, data: Answer['data']): boolean {
  const posts = (data?.['posts'] ?? []) as Shown[]
  return posts.some(
    ({ author }, i) => author !== null && author?.name !== nameOf(world, world.posts[i]?.authorId ?? ''),
  )
}

/** A feed as it must come, for the parts that a query asks for. */
function feed(world: World, viewer: Viewer, { comments = 0 }: { comments?: number } = {}): unknown {
  const company = (id: string): unknown => {
    const found = world.companies.find((c) => c.id === id)
    return found ? { name: found.name } : null
  }
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

/** Ids that stand in these calls more than once. */
function againIn(calls: Call[]): string[] {
  const ids = calls.flatMap((call) => call.ids)
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
}

const nameOf = (world: World, id: string): unknown => world.users.find((user) => user.id === id)?.name

test(
  'the whole feed has the right answer',
  { meta: { id: 'right-answer', group: 'correctness', covers: [1, 5] } },
  async ({ subject, random, transcript, evidence }) => {
    const world = aWorld(random, 8)
    const { db } = database(random, world)
    const { data, errors } = await answer({ subject, transcript }, db, 'u3', wholeFeed(8))
    evidence('swapped', isSwapped(world, data))
    expect(errors, 'errors').toEqual([])
    expect(data?.['posts'], 'the feed').toEqual(feed(world, 'u3', { comments: 3 }))
  },
)

test(
  'empty lists, numbers left out and numbers of zero have the answers they had',
  { meta: { id: 'edges-of-lists', group: 'correctness', covers: [1] } },
  async ({ subject, random, transcript }) => {
    const stage = { subject, transcript }
    const world = aWorld(random, 12)
    world.comments = [
      ...world.comments.filter(({ postId }) => postId !== 'p0' && postId !== 'p1'),
      ...Array.from({ length: 12 }, (_, i) => ({ id: `p1-k${i}`, postId: 'p1', text: 'Mine too.', authorId: 'u2' })),
    ]
    const { db } = database(random, world)
    const ids = (post: Post, first: number): unknown => commentsOf(world, post.id, first).map(({ id }) => ({ id }))
    const { data, errors } = await answer(
      stage,
      db,
      'u1',
      '{ none: posts(first: 0) { id } posts { id all: comments { id } zero: comments(first: 0) { id } } }',
    )
    expect(errors, 'errors').toEqual([])
    expect(data?.['none'], 'no posts').toEqual([])
    expect(data?.['posts'], 'ten posts with their comments').toEqual(
      world.posts.slice(0, 10).map((post) => ({ id: post.id, all: ids(post, 10), zero: [] })),
    )
    const pinned = await answer(
      stage,
      db,
      'u1',
      `mutation { pinPost(id: "p1") { id title author ${person} comments(first: 1) { author { id } } } }`,
    )
    const [, one] = feed(world, 'u1') as Record<string, unknown>[]
    expect(pinned, 'a pinned post').toEqual({
      data: { pinPost: { id: 'p1', ...one, comments: [{ author: { id: 'u2' } }] } },
      errors: [],
    })
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
  'late answers of the database change nothing about the number of calls',
  { meta: { id: 'late-answers', group: 'batching', covers: [2, 3] } },
  async ({ subject, random, transcript, requirement }) => {
    for (const late of ['usersByIds', 'commentsByPostIds', 'companiesByIds']) {
      const world = aWorld(random, 25, 20)
      const { db, to, counts } = database(random, world, async ({ name }, rows) => {
        if (name === late) await subject.settle()
        return rows
      })
      transcript('late', `each answer of ${late} comes when everybody else has gone on`)
      const { data } = await answer({ subject, transcript }, db, 'u2', wholeFeed(25))
      transcript('calls', counts())
      requirement(2)
      const { users, companies, comments } = counts()
      expect(
        [users <= 2, companies <= 2, comments],
        'at most two calls for users, two for companies, and one for comments',
      ).toEqual([true, true, 1])
      requirement(3)
      for (const name of ['usersByIds', 'companiesByIds'])
        expect(againIn(to(name)), `ids that ${name} was asked for again`).toEqual([])
      requirement(2)
      expect(data?.['posts'], 'the feed').toEqual(feed(world, 'u2', { comments: 3 }))
    }
  },
)

test(
  'authors who are known already do not go ahead of the others of their group',
  { meta: { id: 'known-authors', group: 'batching', covers: [2] } },
  async ({ subject, random, transcript }) => {
    for (const late of ['authors of posts', 'comments and their authors']) {
      const world = aWorld(random, 10, 12)
      world.posts.forEach((post, i) => (post.authorId = `u${i % 4}`))
      const companyOf = (i: number): number => (i < 4 ? i % 2 : 2 + (i % 2))
      world.users.forEach((user, i) => (user.companyId = `c${companyOf(i)}`))
      world.comments = world.posts.flatMap(({ id }, i) => [
        { id: `${id}-a`, postId: id, text: 'Mine too.', authorId: `u${i % 4}` },
        { id: `${id}-b`, postId: id, text: 'How fast!', authorId: `u${4 + (i % 8)}` },
      ])
      const { db, to } = database(random, world, async ({ name }, rows) => {
        const isLate =
          late === 'authors of posts'
            ? name === 'usersByIds'
            : name === 'commentsByPostIds' || (name === 'usersByIds' && to(name).length > 1)
        if (isLate) await subject.settle()
        return rows
      })
      transcript('late', `${late} come when everybody else has gone on`)
      const { data } = await answer(
        { subject, transcript },
        db,
        'u1',
        '{ posts(first: 10) { author { name } comments(first: 2) { author { company { name } } } } }',
      )
      expect(to('companiesByIds').length, 'calls for the companies of all authors of comments').toBe(1)
      expect(data?.['posts'], 'the feed').toEqual(
        world.posts.map((post) => ({
          author: { name: nameOf(world, post.authorId) },
          comments: commentsOf(world, post.id, 2).map(({ authorId }) => ({
            author: { company: { name: `Company ${companyOf(Number(authorId.slice(1)))}` } },
          })),
        })),
      )
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
      expect(againIn(to(name)), `ids that ${name} was asked for again`).toEqual([])
    }
  },
)

test(
  'nor is one who is missing or broken, however the query reaches them',
  { meta: { id: 'nobody-twice-in-trouble', group: 'batching', covers: [3] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 12, 6)
    world.comments = world.posts.flatMap(({ id }, i) => [
      { id: `${id}-k`, postId: id, text: 'How fast!', authorId: `u${(i + 1) % 6}` },
    ])
    world.posts.forEach((post, i) => (post.authorId = `u${i % 6}`))
    world.users.forEach((user, i) => (user.companyId = `c${i % 4}`))
    world.users = world.users.filter(({ id }) => id !== 'u2')
    world.companies = world.companies.filter(({ id }) => id !== 'c1')
    const { db, to } = database(random, world, ({ name }, rows) =>
      (rows as { id: string }[]).map((row) =>
        (name === 'usersByIds' && row.id === 'u3') || (name === 'companiesByIds' && row.id === 'c0')
          ? { id: row.id, error: 'checksum does not match' }
          : row,
      ),
    )
    await answer(
      { subject, transcript },
      db,
      'u1',
      `{ a: posts(first: 12) { author ${person} comments(first: 3) { author ${person} } } b: posts(first: 6) { author ${person} comments(first: 3) { id } } }`,
    )
    for (const name of ['usersByIds', 'companiesByIds'])
      expect(againIn(to(name)), `ids that ${name} was asked for again`).toEqual([])
    const twice = to('commentsByPostIds').filter((call) => againIn([call]).length > 0)
    expect(twice.length, 'calls of commentsByPostIds that name a post twice').toBe(0)
  },
)

test(
  'more than a hundred ids are split into as few calls as possible',
  { meta: { id: 'split-at-100', group: 'batching', covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    for (const [size, fewest] of [
      [100, 1],
      [101, 2],
      [200, 2],
      [250, 3],
    ] as const) {
      const world = aWorld(random, size, size)
      world.posts.forEach((post, i) => (post.authorId = `u${i}`))
      const { db, calls, to } = database(random, world)
      const { data, errors } = await answer(
        { subject, transcript },
        db,
        null,
        `{ posts(first: ${size}) { title author { name } comments(first: 1) { text } } }`,
      )
      evidence(
        'tooMany',
        calls.some(({ ids }) => ids.length > 100),
      )
      expect(errors.slice(0, 2), 'errors').toEqual([])
      expect(
        [to('usersByIds').length, to('commentsByPostIds').length],
        `calls for users and for comments of ${size} posts`,
      ).toEqual([fewest, fewest])
      expect(data?.['posts'], 'the feed').toEqual(
        world.posts.map((post) => ({
          title: post.title,
          author: { name: nameOf(world, post.authorId) },
          comments: commentsOf(world, post.id, 1).map(({ text }) => ({ text })),
        })),
      )
    }
  },
)

test(
  'a hundred and fifty companies are split, too',
  { meta: { id: 'companies-split', group: 'batching', covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const world = aWorld(random, 150, 150)
    world.posts.forEach((post, i) => (post.authorId = `u${i}`))
    world.users.forEach((user, i) => (user.companyId = `c${i}`))
    world.companies = world.users.map((_, i) => ({ id: `c${i}`, name: `Company ${i}` }))
    const { db, calls, to } = database(random, world)
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      null,
      `{ posts(first: 150) { title author ${person} } }`,
    )
    evidence(
      'tooMany',
      calls.some(({ ids }) => ids.length > 100),
    )
    expect(errors.slice(0, 2), 'errors').toEqual([])
    expect(to('companiesByIds').length, 'calls for a hundred and fifty companies').toBe(2)
    expect(data?.['posts'], 'the feed').toEqual(feed(world, null))
  },
)

test(
  'a user who is gone is null, and nothing moves',
  { meta: { id: 'missing-is-null', group: 'correctness', covers: [5] } },
  async ({ subject, random, transcript, evidence }) => {
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
    evidence('swapped', isSwapped(world, data))
    expect(errors, 'errors').toEqual([])
    expect(data?.['posts'], 'the feed').toEqual(feed(world, 'u1'))
  },
)

test(
  'so is a company, the author of a comment, and an id that JavaScript knows by another name',
  { meta: { id: 'missing-everywhere', group: 'correctness', covers: [5] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 8, 6)
    const odd = ['constructor', '__proto__', 'toString', '01', '1', 'hasOwnProperty']
    world.users.forEach((user, i) => (user.companyId = `c${i % 4}`))
    world.companies = world.companies.filter(({ id }) => id !== 'c2')
    world.users.push({ id: '__proto__', name: 'Ada', email: 'ada@example.com', companyId: 'valueOf' })
    world.users.push({ id: '1', name: 'Bea', email: 'bea@example.com', companyId: 'c1' })
    world.posts.forEach((post, i) => (post.authorId = odd[i] ?? `u${i % 6}`))
    world.comments = world.posts.map(({ id }, i) => ({
      id: `${id}-k`,
      postId: id,
      text: 'Mine too.',
      authorId: i % 2 ? `u${i % 6}` : `gone${i}`,
    }))
    const { db } = database(random, world)
    const { data, errors } = await answer({ subject, transcript }, db, 'u1', wholeFeed(8))
    expect(errors, 'errors').toEqual([])
    expect(data?.['posts'], 'the feed').toEqual(feed(world, 'u1', { comments: 3 }))
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
    for (const company of world.companies) company.name = `${company.name} Ltd`
    expect(await ask('u4'), 'the feed after companies were renamed elsewhere').toEqual(feed(world, 'u4'))
    const whole = async (): Promise<unknown> =>
      (await answer({ subject, transcript }, db, 'u4', wholeFeed(5))).data?.['posts']
    await whole()
    world.comments = world.comments.filter((_, i) => i % 2 === 0)
    expect(await whole(), 'the feed after comments were deleted elsewhere').toEqual(feed(world, 'u4', { comments: 3 }))
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
  'requests that come in the same moment do not ask together',
  { meta: { id: 'same-moment', group: 'isolation', covers: [6] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 5, 6)
    const { db, to } = database(random, world)
    const viewers: Viewer[] = [admin, 'u2', null, 'u2']
    const query = `{ posts(first: 5) { title author ${person} } }`
    const answers = await Promise.all(viewers.map((viewer) => answer({ subject, transcript }, db, viewer, query)))
    for (const [i, viewer] of viewers.entries())
      expect(
        answers[i]?.data?.['posts'],
        `the feed for ${viewer === admin ? 'the admin' : (viewer ?? 'somebody not signed in')}`,
      ).toEqual(feed(world, viewer))
    for (const name of ['usersByIds', 'companiesByIds'])
      expect(
        to(name)
          .map((call) => call.viewer ?? 'nobody')
          .sort(),
        `viewers of the calls of ${name}`,
      ).toEqual(['nobody', 'u0', 'u2', 'u2'])
  },
)

test(
  'another database is asked for itself',
  { meta: { id: 'other-database', group: 'isolation', covers: [6] } },
  async ({ subject, random, transcript }) => {
    for (const town of ['here', 'there']) {
      const world = aWorld(random, 4, 3)
      for (const user of world.users) user.name = `${user.name}, ${town}`
      const { db } = database(random, world)
      const { data } = await answer({ subject, transcript }, db, 'u1', `{ posts(first: 4) { title author ${person} } }`)
      expect(data?.['posts'], 'the feed').toEqual(feed(world, 'u1'))
    }
  },
)

test(
  'a row that failed is an error of its own fields',
  { meta: { id: 'failed-row', group: 'errors', covers: [7] } },
  async ({ subject, random, transcript, evidence }) => {
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
    const wanted = feed(healthy, 'u1') as Shown[]
    const got = (data?.['posts'] ?? []) as Shown[]
    evidence('neighbours', wanted.every(({ author }, i) => author === null || got[i]?.author) ? 'well' : 'down')
    expect(data?.['posts'], 'the feed').toEqual(wanted)
    expect(errors.map(({ message, path }) => `${path.join('.')}: ${message}`).sort(), 'errors').toEqual(
      failed.map((i) => `posts.${i}.author: checksum does not match`).sort(),
    )
  },
)

test(
  'so is a company, and each message stays with its own row',
  { meta: { id: 'failed-rows', group: 'errors', covers: [7] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 6, 6)
    world.posts.forEach((post, i) => (post.authorId = `u${i}`))
    world.users.forEach((user, i) => (user.companyId = `c${i % 4}`))
    world.comments = world.posts.map(({ id }, i) => ({
      id: `${id}-k`,
      postId: id,
      text: 'How fast!',
      authorId: `u${(i + 1) % 6}`,
    }))
    const broken: Record<string, string> = {
      u1: 'checksum does not match',
      u4: 'page is torn',
      c3: 'company is locked',
    }
    const { db } = database(random, world, ({ name }, rows) =>
      name === 'usersByIds' || name === 'companiesByIds'
        ? (rows as { id: string }[]).map((row) => (broken[row.id] ? { id: row.id, error: broken[row.id] } : row))
        : rows,
    )
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      'u2',
      '{ posts(first: 6) { title author { company { name } } comments(first: 1) { text author { name } } } }',
    )
    const places = world.posts.flatMap((_, i) => {
      const [author, other] = [`u${i}`, `u${(i + 1) % 6}`]
      return [
        ...(broken[author]
          ? [`posts.${i}.author: ${broken[author]}`]
          : i % 4 === 3
            ? [`posts.${i}.author.company: ${broken['c3']}`]
            : []),
        ...(broken[other] ? [`posts.${i}.comments.0.author: ${broken[other]}`] : []),
      ]
    })
    expect(errors.map(({ message, path }) => `${path.join('.')}: ${message}`).sort(), 'errors').toEqual(places.sort())
    expect(data?.['posts'], 'the feed').toEqual(
      world.posts.map(({ title }, i) => ({
        title,
        author: broken[`u${i}`] ? null : { company: i % 4 === 3 ? null : { name: `Company ${i % 4}` } },
        comments: [
          { text: 'How fast!', author: broken[`u${(i + 1) % 6}`] ? null : { name: nameOf(world, `u${(i + 1) % 6}`) } },
        ],
      })),
    )
  },
)

test(
  'a call that rejects costs its own fields and no others',
  { meta: { id: 'failed-call', group: 'errors', covers: [8] } },
  async ({ subject, random, transcript, evidence }) => {
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
    evidence('errors', errors.length)
    expect(data?.['posts'], 'the feed').toEqual(
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
  'so it is with companies, comments, the second of two calls, and a mutation',
  { meta: { id: 'failed-calls', group: 'errors', covers: [8] } },
  async ({ subject, random, transcript }) => {
    const stage = { subject, transcript }
    const noneLeft = async (): Promise<void> =>
      expect(
        (await subject.unhandled()).map(({ error }) => error.message),
        'rejections that nobody handled',
      ).toEqual([])
    const places = (errors: Answer['errors']): string[] => errors.map(({ path }) => path.join('.')).sort()
    for (const broken of ['companiesByIds', 'commentsByPostIds']) {
      const world = aWorld(random, 4, 5)
      const { db } = database(random, world, ({ name }, rows) => {
        if (name === broken) throw new Error('connection lost')
        return rows
      })
      const { data, errors } = await answer(
        stage,
        db,
        'u1',
        `{ posts(first: 4) { title author ${person} comments(first: 3) { text } } }`,
      )
      const whole = feed(world, 'u1') as { title: string; author: object }[]
      const lists = world.posts.map((post) => commentsOf(world, post.id, 3).map(({ text }) => ({ text })))
      expect(data?.['posts'], 'the feed without what could not be read').toEqual(
        broken === 'companiesByIds'
          ? whole.map((post, i) => ({ ...post, author: { ...post.author, company: null }, comments: lists[i] }))
          : whole.map((post) => ({ ...post, comments: null })),
      )
      expect(places(errors), 'paths of the errors').toEqual(
        world.posts.map((_, i) => `posts.${i}.${broken === 'companiesByIds' ? 'author.company' : 'comments'}`),
      )
      await noneLeft()
    }
    const large = aWorld(random, 150, 150)
    large.posts.forEach((post, i) => (post.authorId = `u${i}`))
    const second = database(random, large, async ({ name }, rows) => {
      if (name !== 'usersByIds') return rows
      if (second.to(name).length === 2) throw new Error('connection lost')
      // The second call is over, and nobody has looked at its end yet.
      await subject.settle()
      return rows
    })
    const half = await answer(stage, second.db, null, authorsOnly(150))
    const lost = new Set(second.to('usersByIds')[1]?.ids)
    expect(half.data?.['posts'], 'the feed where the second call failed').toEqual(
      large.posts.map(({ title, authorId }) => ({
        title,
        author: lost.has(authorId) ? null : { name: nameOf(large, authorId) },
      })),
    )
    expect(half.errors.length, 'errors where the second call failed').toBe(lost.size)
    await noneLeft()
    const world = aWorld(random, 3)
    const { db } = database(random, world, ({ name }, rows) => {
      if (name === 'renameUser') throw new Error('read only')
      return rows
    })
    const post = world.posts[0]!
    const refused = await answer(
      stage,
      db,
      admin,
      `mutation { renameUser(id: "${post.authorId}", name: "Ada") { name } pinPost(id: "p0") { author { name } } }`,
    )
    expect(refused.data, 'a mutation that was refused').toEqual({
      renameUser: null,
      pinPost: { author: { name: nameOf(world, post.authorId) } },
    })
    await noneLeft()
  },
)

test(
  'a new name is seen in the same response',
  { meta: { id: 'rename-is-seen', group: 'mutation-and-arguments', covers: [9] } },
  async ({ subject, random, transcript, evidence }) => {
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
    const later = (data?.['after'] as Shown | undefined)?.author?.name
    evidence('later', later === old ? 'old' : 'other')
    expect(errors, 'errors').toEqual([])
    expect(data, 'what the response shows').toEqual({
      before: { author: { name: old } },
      renameUser: { name },
      after: { author: { name } },
    })
  },
)

test(
  'all of the renamed user is there, each new name in its turn, and nobody else changes',
  { meta: { id: 'renames-in-turn', group: 'mutation-and-arguments', covers: [1, 9] } },
  async ({ subject, random, transcript, requirement }) => {
    const world = aWorld(random, 2, 4)
    world.posts.forEach((post, i) => (post.authorId = `u${i + 1}`))
    world.comments = [{ id: 'k', postId: 'p1', text: 'How fast!', authorId: 'u1' }]
    const before = structuredClone(world)
    const { db } = database(random, world)
    const pins = (n: number): string =>
      `a${n}: pinPost(id: "p0") { author ${person} } b${n}: pinPost(id: "p1") { author ${person} comments(first: 1) { author { name } } }`
    const { data, errors } = await answer(
      { subject, transcript },
      db,
      'u1',
      `mutation { ${pins(0)} r1: renameUser(id: "u1", name: "Ada the First") ${person} ${pins(1)} r2: renameUser(id: "u1", name: "Ada the Second") ${person} ${pins(2)} gone: renameUser(id: "u99", name: "Nobody") { name } }`,
    )
    requirement(1)
    expect(errors, 'errors').toEqual([])
    expect(data?.['gone'], 'a user who does not exist, renamed').toBe(null)
    for (const [n, name] of [nameOf(before, 'u1'), 'Ada the First', 'Ada the Second'].entries()) {
      rename(before, 'u1', String(name))
      const [a, b] = feed(before, 'u1') as { author: object }[]
      requirement(9)
      expect(data?.[`a${n}`], 'the author of a post').toEqual({ author: a?.author })
      requirement(1)
      if (n > 0) expect(data?.[`r${n}`], 'the renamed user').toEqual(a?.author)
      requirement(9)
      expect(data?.[`b${n}`], 'another author, and the author of a comment').toEqual({
        author: b?.author,
        comments: [{ author: { name } }],
      })
    }
  },
)

test(
  'the response shows the renamed user as the database has it',
  { meta: { id: 'renamed-as-stored', group: 'mutation-and-arguments', covers: [1, 9] } },
  async ({ subject, random, transcript, requirement }) => {
    const world = aWorld(random, 2, 3)
    world.posts.forEach((post) => (post.authorId = 'u1'))
    const { db } = database(random, world)
    const tidy = {
      ...db,
      renameUser: async (viewer: Viewer, id: string, name: string) => {
        await db.renameUser(viewer, id, name.trim())
        for (const user of world.users) if (user.id === id) user.email = `${name.trim().toLowerCase()}@example.com`
        return null
      },
    }
    const pin = `pinPost(id: "p1") { author ${person} }`
    const { data, errors } = await answer(
      { subject, transcript },
      tidy,
      'u1',
      `mutation { before: ${pin} renameUser(id: "u1", name: "  Ada ") ${person} after: ${pin} }`,
    )
    const [{ author } = { author: null }] = feed(world, 'u1') as Shown[]
    expect(errors, 'errors').toEqual([])
    requirement(1)
    expect(data?.['renameUser'], 'the renamed user').toEqual(author)
    requirement(9)
    expect(data?.['after'], 'the author afterwards').toEqual({ author })
  },
)

test(
  'the same field with two arguments has two answers',
  { meta: { id: 'arguments', group: 'mutation-and-arguments', covers: [2, 10] } },
  async ({ subject, random, transcript, requirement }) => {
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
    requirement(10)
    expect(data?.['posts'], 'two lists of comments').toEqual(
      world.posts.map((post) => ({ a: ids(post, some), b: ids(post, more) })),
    )
    requirement(2)
    expect(to('commentsByPostIds').length, 'calls of commentsByPostIds').toBeLessThanOrEqual(2)
  },
)

test(
  'post and number are not one text, and the lists may overlap',
  { meta: { id: 'arguments-apart', group: 'mutation-and-arguments', covers: [10] } },
  async ({ subject, random, transcript }) => {
    const world = aWorld(random, 12)
    world.comments = world.posts.flatMap(({ id }) =>
      Array.from({ length: 14 }, (_, i) => ({
        id: `${id}-k${i}`,
        postId: id,
        text: 'Mine too.',
        authorId: `u${i % 12}`,
      })),
    )
    const { db, to } = database(random, world)
    const { data } = await answer(
      { subject, transcript },
      db,
      'u1',
      '{ posts(first: 12) { a: comments(first: 2) { id author { name } } b: comments(first: 12) { id } c: comments { id } d: comments(first: 2) { text } } }',
    )
    const list = (post: Post, first: number) => commentsOf(world, post.id, first)
    expect(data?.['posts'], 'four lists of comments').toEqual(
      world.posts.map((post) => ({
        a: list(post, 2).map(({ id, authorId }) => ({ id, author: { name: nameOf(world, authorId) } })),
        b: list(post, 12).map(({ id }) => ({ id })),
        c: list(post, 10).map(({ id }) => ({ id })),
        d: list(post, 2).map(({ text }) => ({ text })),
      })),
    )
    expect(to('commentsByPostIds').length, 'calls of commentsByPostIds').toBeLessThanOrEqual(3)
  },
)
