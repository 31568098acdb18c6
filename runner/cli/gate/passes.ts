import type { Pass } from '../../app/ports.ts'

export const deepPasses = 10
const zones = ['UTC', 'Pacific/Kiritimati', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Pago_Pago']
const locales = ['C.UTF-8', 'tr_TR.UTF-8', 'de_DE.UTF-8']

export const plainPass: Pass = { seed: 1, env: {}, shuffle: false }

/** Ten passes with other seeds, time zones and locales; seven of them run the solutions alone, cases shuffled. */
export const deepPassList = (): Pass[] =>
  Array.from({ length: deepPasses }, (_, i) => {
    const locale = locales[i % locales.length] ?? 'C.UTF-8'
    const env = { TZ: zones[i % zones.length] ?? 'UTC', LANG: locale, LC_ALL: locale }
    return { seed: 1000 + i * 7919, shuffle: i % 4 !== 0, env }
  })
