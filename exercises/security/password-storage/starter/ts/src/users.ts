/** The shop's table of users, as far as passwords are concerned. */
export interface Users {
  /** What is stored for this user: the text that `hashPassword` made, or an old row; null when nobody has the name. */
  find: (name: string) => Promise<string | null>
  save: (name: string, stored: string) => Promise<void>
}
