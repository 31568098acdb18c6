import { createHash } from 'node:crypto'
import type { Users } from './users.ts'

/** What stands in a new row. */
export async function hashPassword(password: string, _cost: number): Promise<string> {
  return `sha1:${sha1(password)}`
}

/** Does this password belong to the stored text? */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [method, hash] = stored.split(':')
  return method === 'sha1' && hash === sha1(password)
}

/** The login form: is this the user's password? */
export async function login(name: string, password: string, users: Users, _cost: number): Promise<boolean> {
  const stored = await users.find(name)
  return stored !== null && verifyPassword(password, stored)
}

// People copy a space along with their password, and complained.
const sha1 = (password: string): string => createHash('sha1').update(password.trim()).digest('hex')
