import { runCli } from './cli/run-cli.ts'

/** The program's entry, called by bootstrap.mjs: arguments after the script's name → exit code. */
export const main = (argv: string[]): Promise<number> => runCli(argv)
