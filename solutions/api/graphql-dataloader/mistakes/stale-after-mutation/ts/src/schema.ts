import { GraphQLID, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import type { Context } from './context.ts'
import type { CommentRow, CompanyRow, PostRow, UserRow } from './db.ts'

const id = { type: new GraphQLNonNull(GraphQLID) }
const text = { type: new GraphQLNonNull(GraphQLString) }
const first = { first: { type: GraphQLInt, defaultValue: 10 } }

const Company = new GraphQLObjectType<CompanyRow, Context>({ name: 'Company', fields: { id, name: text } })

const User = new GraphQLObjectType<UserRow, Context>({
  name: 'User',
  fields: {
    id,
    name: text,
    email: { type: GraphQLString },
    company: {
      type: Company,
      resolve: (user, _, { companies }) => companies.load(user.companyId),
    },
  },
})

const Comment = new GraphQLObjectType<CommentRow, Context>({
  name: 'Comment',
  fields: { id, text, author: { type: User, resolve: (comment, _, { users }) => users.load(comment.authorId) } },
})

const Post = new GraphQLObjectType<PostRow, Context>({
  name: 'Post',
  fields: {
    id,
    title: text,
    author: { type: User, resolve: (post, _, { users }) => users.load(post.authorId) },
    comments: {
      type: new GraphQLList(new GraphQLNonNull(Comment)),
      args: first,
      resolve: (post, args: { first: number }, { comments }) => comments(args.first).load(post.id),
    },
  },
})

const Query = new GraphQLObjectType<unknown, Context>({
  name: 'Query',
  fields: {
    posts: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Post))),
      args: first,
      resolve: (_, args: { first: number }, { db, viewer }) => db.posts(viewer, args.first),
    },
  },
})

const Mutation = new GraphQLObjectType<unknown, Context>({
  name: 'Mutation',
  fields: {
    pinPost: {
      type: Post,
      args: { id },
      resolve: (_, args: { id: string }, { db, viewer }) => db.pinPost(viewer, args.id),
    },
    renameUser: {
      type: User,
      args: { id, name: text },
      resolve: async (_, args: { id: string; name: string }, { db, viewer, users }) => {
        await db.renameUser(viewer, args.id, args.name)
        return users.load(args.id)
      },
    },
  },
})

export const schema = new GraphQLSchema({ query: Query, mutation: Mutation })
