/**
 * A filter of system calls for bubblewrap's `--seccomp`, as the kernel reads it: what no program of a learner's needs
 * and what holes in kernels have been made of is refused. Not a list of all that is allowed: runtimes change, and a
 * verdict must not hang on that. Everything else of the sandbox holds without it.
 */

interface Processor {
  /** AUDIT_ARCH_… */
  arch: number
  denied: readonly number[]
  clone: number
  mmap: number
  socket: number
}

/**
 * The same number on every processor since Linux 5.1: io_uring, the newer mount family, pidfd_getfd, mount_setattr,
 * memfd_secret.
 */
const newer = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 447, 467]
const clone3 = 435

const processors: Partial<Record<NodeJS.Architecture, Processor>> = {
  x64: {
    arch: 0xc000003e,
    clone: 56,
    mmap: 9,
    socket: 41,
    denied: [
      // ptrace, process_vm_readv, process_vm_writev, kcmp
      101, 310, 311, 312,
      // pivot_root, chroot, mount, umount2, quotactl, acct, open_by_handle_at
      155, 161, 165, 166, 179, 163, 304,
      // swapon, swapoff, reboot, syslog, settimeofday, clock_settime
      167, 168, 169, 103, 164, 227,
      // init_module, delete_module, finit_module, kexec_load, kexec_file_load
      175, 176, 313, 246, 320,
      // add_key, request_key, keyctl, unshare, setns, bpf, perf_event_open, userfaultfd, fanotify_init
      248, 249, 250, 272, 308, 321, 298, 323, 300,
      // shmget, memfd_create: memory that no limit counts
      29, 319,
    ],
  },
  arm64: {
    arch: 0xc00000b7,
    clone: 220,
    mmap: 222,
    socket: 198,
    // The same calls in the same order; the numbers are those of arm64.
    denied: [
      117, 270, 271, 272, 41, 51, 40, 39, 60, 89, 265, 224, 225, 142, 116, 170, 112, 105, 106, 273, 104, 294, 217, 218,
      219, 97, 268, 280, 241, 282, 262, 194, 279,
    ],
  },
}

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET */
const newNamespaces = 0x7e020000
/** MAP_SHARED and MAP_ANONYMOUS: RLIMIT_DATA counts what is private, tmpfs what is in a file, and nobody what is neither. */
const [shared, anonymous] = [0x01, 0x20]
/** AF_UNIX, AF_INET, AF_INET6, and AF_NETLINK, by which a program learns its addresses. */
const families = [1, 2, 10, 16]

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 }
const allow = 0x7fff0000
const refuse = (error: number): number => 0x00050000 | error

/** One step; `goes` and `otherwise` name steps further down, null is the next one. */
interface Step {
  label?: string
  code: number
  k: number
  goes?: string
  otherwise?: string
}

const [load, jumpIfEqual, jumpIfAtLeast, jumpIfAnyBit, answer] = [0x20, 0x15, 0x35, 0x45, 0x06]
const at = { number: 0, arch: 4, firstArgument: 16, fourthArgument: 40 }

/** null where the numbers of this processor's system calls are not known here. */
export function seccompFilter(arch: NodeJS.Architecture): Buffer | null {
  const processor = processors[arch]
  if (!processor) return null
  const steps: Step[] = [
    { code: load, k: at.arch },
    { code: jumpIfEqual, k: processor.arch, otherwise: 'denied' },
    { code: load, k: at.number },
    // The numbers of x32, by which the list below could be got round.
    { code: jumpIfAtLeast, k: 0x40000000, goes: 'denied' },
    ...[...processor.denied, ...newer].map((k): Step => ({ code: jumpIfEqual, k, goes: 'denied' })),
    // Its flags lie in memory, where a filter cannot look; programs fall back to clone.
    { code: jumpIfEqual, k: clone3, goes: 'unknown' },
    { code: jumpIfEqual, k: processor.clone, goes: 'clone' },
    { code: jumpIfEqual, k: processor.mmap, goes: 'mmap' },
    { code: jumpIfEqual, k: processor.socket, goes: 'socket', otherwise: 'allowed' },
    { label: 'mmap', code: load, k: at.fourthArgument },
    { code: jumpIfAnyBit, k: anonymous, otherwise: 'allowed' },
    { code: jumpIfAnyBit, k: shared, goes: 'denied', otherwise: 'allowed' },
    { label: 'clone', code: load, k: at.firstArgument },
    { code: jumpIfAnyBit, k: newNamespaces, goes: 'denied', otherwise: 'allowed' },
    { label: 'socket', code: load, k: at.firstArgument },
    ...families.map((k): Step => ({ code: jumpIfEqual, k, goes: 'allowed' })),
    { code: answer, k: refuse(errno.EAFNOSUPPORT) },
    { label: 'unknown', code: answer, k: refuse(errno.ENOSYS) },
    { label: 'denied', code: answer, k: refuse(errno.EPERM) },
    { label: 'allowed', code: answer, k: allow },
  ]
  return assembled(steps)
}

/** struct sock_filter: code, two distances, one operand. */
function assembled(steps: readonly Step[]): Buffer {
  const bytes = Buffer.alloc(steps.length * 8)
  for (const [i, { code, k, goes, otherwise }] of steps.entries()) {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(distance(steps, i, goes), i * 8 + 2)
    bytes.writeUInt8(distance(steps, i, otherwise), i * 8 + 3)
    bytes.writeUInt32LE(k >>> 0, i * 8 + 4)
  }
  return bytes
}

const distance = (steps: readonly Step[], from: number, label: string | undefined): number =>
  label === undefined ? 0 : steps.findIndex((step) => step.label === label) - from - 1
