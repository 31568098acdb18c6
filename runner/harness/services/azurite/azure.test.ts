import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { azuriteInstalled } from '../../../adapters/services/azurite.ts'
import { azure, type Azure } from './azure.ts'
import { nextCase } from '../../run/run-fixtures.ts'
import { closeRun, type RunState } from '../../run/run-state.ts'
import { openStand, type Stand } from '../service-fixtures.ts'

const cache = join(import.meta.dirname, '../../../../.cache')

describe.skipIf(!azuriteInstalled(cache) && process.env['GYM_REQUIRE_ALL'] !== '1')('azure', () => {
  let stand: Stand
  let run: RunState
  let account: Azure

  beforeAll(async () => {
    stand = openStand('azurite')
    run = await stand.run()
    account = azure(run)
  })
  afterAll(() => stand.close())

  test('the owner makes containers, writes and reads blobs of any name', async () => {
    const [one, other] = [await account.container(), await account.container()]
    expect(one).not.toBe(other)
    await account.put(one, '2026/März + Co/label #7 50%.txt', 'hello')
    expect(await account.read(one, '2026/März + Co/label #7 50%.txt')).toBe('hello')
    expect(await account.read(other, '2026/März + Co/label #7 50%.txt')).toBeNull()
    expect(await account.policies(one)).toEqual([])
    await expect(account.put('no-such-container', 'x', '')).rejects.toThrow('Azurite answered 404')
  })

  test('a stranger without a signature is refused; the transcript says how, and shows no signature', async () => {
    nextCase(run)
    const container = await account.container()
    const { status } = await account.send(
      'GET',
      `${account.store.url}/${container}/a.txt?sv=2024-11-04&sr=b&sp=r&se=2099-01-01T00%3A00%3A00Z&sig=c2VjcmV0`,
    )
    expect(status).toBe(403)
    const said = run.current.transcript.map(({ label, text }) => `${label}: ${text}`)
    expect(said[0]).toBe(`sent: GET /${container}/a.txt?sv=2024-11-04&sr=b&sp=r&se=2099-01-01T00%3A00%3A00Z&sig=…`)
    expect(said[1]).toMatch(/^answer: 403 \w+$/)
  })

  test('a link to elsewhere is not followed', async () => {
    await expect(account.send('GET', 'http://example.com/gym/a/b')).rejects.toThrow('The link leads out of the account')
    await expect(account.send('GET', `${account.store.url}2/a/b`)).rejects.toThrow('The link leads out of the account')
    await expect(account.send('GET', 'a/b')).rejects.toThrow('This is not a URL: a/b')
  })

  test('the containers of a run go with it', async () => {
    const own = await stand.run()
    const container = await azure(own).container()
    await closeRun(own)
    await expect(account.put(container, 'x', '')).rejects.toThrow('Azurite answered 404')
  })
})
