/** The shop's storage account, as the settings of the service describe it. */
export interface Store {
  /** Of the blob service, without a slash at the end. A container is a folder below it. */
  url: string
  account: string
  /** Both keys of the account are good at any time; they are renewed in turns. */
  keys: { key1: string; key2: string }
  /** The key in use: the other one may be renewed at any moment. */
  signWith: 'key1' | 'key2'
  /** What a link may be used over; an emulator has no TLS. */
  protocol: 'https' | 'https,http'
}

export interface Place {
  container: string
  blob: string
}
