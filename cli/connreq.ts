#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { toolVersion } from './package-root.ts'
import type { CheckOptions } from './check/check.ts'
import { explainFailure } from './failure.ts'
import type { CompareOptions } from './compare.ts'
import type { InitOptions } from './init/init.ts'
import type { JudgeCaptureOptions } from './judge-capture.ts'
import type { ListOptions } from './list.ts'
import type { MergeOptions } from './merge.ts'
import type { PlanOptions } from './plan/plan.ts'
import type { ManyOptions } from './many/many-options.ts'
import { schemaNames } from './schemas/schema-names.ts'
import type { SimulateOptions } from './simulate.ts'

// Every command loads what it needs itself, so that the first line comes at once.

const usageError = 2

const program = new Command('connreq')
  .description('Conformance test harness for TR-069 (CWMP) Connection Requests')
  .version(toolVersion)
  .exitOverride()
  .showHelpAfterError('(connreq --help says more)')

const idsOption = (flags: string, description: string) =>
  new Option(flags, description).argParser(listed).default([], 'none')
const faultOption = () => idsOption('--fault <id...>', 'faults of the simulated device, see list --faults')
const variantOption = () => idsOption('--variant <id...>', 'conforming differences of the simulated device')
const includeOption = () =>
  new Option('--include <what...>', 'what is played only when asked for').choices(['long']).default([], 'nothing')
const suitesOption = () =>
  idsOption('--suites <folder...>', 'folders with scenarios and requirements of your own, beside the built-in ones')
const seedOption = () => new Option('--seed <number>', "the simulated device's chance").argParser(wholeNumber)

// Suites of the user's own are known before a command looks at scenarios.
program.hook('preAction', async (_program, command) => {
  const { suites } = command.opts<{ suites?: string[] }>()
  const { loadNamedSuites } = await import('../suites/own-suites/load-named-suites.ts')
  await loadNamedSuites(suites)
})

program
  .command('run')
  .description('test the devices of one or several profiles; without one, the simulated device in virtual time')
  .argument('[profile...]', 'profile files (YAML), or folders of them')
  .addOption(
    new Option('--only <id...>', 'scenarios, requirements whose scenarios are played, or http, xmpp, udp, session')
      .argParser(listed)
      .default([], 'all'),
  )
  .option('--failed <directory>', 'only what failed, hit an error or stayed undecided in that earlier run')
  .addOption(includeOption())
  .option('--out <directory>', 'run directory, which must be new (default: runs/<device>-<time>)')
  .addOption(new Option('--repeat <times>', 'play each scenario so often').argParser(positiveNumber).default(1))
  .addOption(
    new Option('--reporter <name...>', 'what there is beside the report files')
      .choices(['terminal', 'allure'])
      .default(['terminal', 'allure']),
  )
  .option('--strict', 'exit code 1 for warnings, undecided requirements and known failures too', false)
  .addOption(faultOption())
  .addOption(variantOption())
  .addOption(seedOption())
  .option('--keep-secrets', 'leave passwords in everything that is written', false)
  .option('--real-time', 'play the simulated device in real time', false)
  .addOption(
    new Option('--live [port]', 'show the run in a browser on this machine (default port: 7780)').argParser(livePort),
  )
  .option('--capture <interface>', 'capture its packets beside the run, with dumpcap or tcpdump')
  .option(
    '--capture-filter <filter>',
    'what is captured (pcap-filter), in the place of what this machine says and hears',
  )
  .addOption(suitesOption())
  .option('--shard <part>', 'play one part of several only: 2/5, or auto where the CI engine tells')
  .option('--unattended', 'nobody is there to be asked: what needs a person does not apply', false)
  .addOption(
    new Option(
      '--at-once <devices>',
      'of several devices, play at most so many at the same time (default: all)',
    ).argParser(positiveNumber),
  )
  .action(async (profiles: string[], options: ManyOptions) => {
    const { areSeveral } = await import('./many/several.ts')
    if (areSeveral(profiles)) {
      const { runMany } = await import('./many/run-many.ts')
      process.exitCode = await runMany(profiles, options)
      return
    }
    const { run } = await import('./run/run.ts')
    process.exitCode = await run(profiles[0], options)
  })

program
  .command('init')
  .description('write a profile: from questions, or from the first Inform that is heard')
  .argument('[file]', 'the profile, which must be new', 'lab.yaml')
  .option('--hear', 'listen, and take everything from the first device that calls', false)
  .option('--yes', 'take every default, and ask nothing', false)
  .option('--listen <address:port>', 'with --hear: where to listen (default: any address, port 7547 or the next free)')
  .action(async (file: string, options: InitOptions) => {
    const { init } = await import('./init/init.ts')
    process.exitCode = await init(file, options)
  })

program
  .command('check')
  .description('validate a profile, its ports and addresses, and say which ACS URL to enter in the device')
  .argument('<profile>', 'profile file (YAML)')
  .option('--wait', 'wait for a first Inform and say what it tells', false)
  .option('--device <address>', 'where the device is, to look at the route and the firewall before it calls')
  .option('--json', 'the findings as JSON', false)
  .action(async (profile: string, options: CheckOptions) => {
    const { check } = await import('./check/check.ts')
    process.exitCode = await check(profile, options)
  })

program
  .command('plan')
  .description('what a run would play, what not and why, and how long it takes at least')
  .argument('[profile]', 'profile file (YAML); without one, a conforming simulated device')
  .addOption(new Option('--format <format>', 'how to write it').choices(['md', 'html', 'json']).default('md'))
  .addOption(includeOption())
  .addOption(suitesOption())
  .option('--unattended', 'nobody is there to be asked: what needs a person does not apply', false)
  .action(async (profile: string | undefined, options: PlanOptions) => {
    const { plan } = await import('./plan/plan.ts')
    await plan(profile, options)
  })

program
  .command('list')
  .description('requirements, scenarios, and faults and variants of the simulated device')
  .option('--requirements', 'only the requirements')
  .option('--scenarios', 'only the scenarios')
  .option('--faults', 'only faults and variants')
  .option('--json', 'as JSON')
  .addOption(new Option('--schema [of]', 'a JSON Schema (default: that of run.json)').choices(schemaNames))
  .addOption(suitesOption())
  .action(async (options: ListOptions) => {
    const { list } = await import('./list.ts')
    list(options)
  })

program
  .command('simulate')
  .description('the simulated device alone, in real time; SIGUSR1 changes a value, SIGUSR2 reboots it')
  .addOption(faultOption())
  .addOption(variantOption())
  .option('--acs <url>', 'the ACS that it calls', 'http://127.0.0.1:7547/acs')
  .option('--acs-ca <file>', 'certificate authority (PEM) of an https ACS')
  .option('--client-key <file>', 'key (PEM) with which it shows an https ACS who it is')
  .option('--client-certificate <file>', 'the certificate (PEM) that belongs to it')
  .option('--xmpp-ca <file>', 'certificate authority (PEM) of the XMPP server')
  .addOption(
    new Option('--transport <name>', 'the one way in which it can be asked to call (default: all)').choices([
      'http',
      'udp',
      'xmpp',
    ]),
  )
  .option('--listen <address:port>', 'where it awaits Connection Requests', '127.0.0.1:0')
  .option('--udp-listen <address:port>', 'where it awaits those by UDP (default: that address, any port)')
  .option('--username <name>', 'its name towards the ACS', 'simulated-cpe')
  .option('--password <password>', 'its password towards the ACS', 'its-acs-password')
  .addOption(seedOption())
  .option('--json', 'one JSON object a line', false)
  .action(async (options: SimulateOptions) => {
    const { simulate } = await import('./simulate.ts')
    await simulate(options)
  })

program
  .command('report')
  .description('build the reports of a run directory again from its timeline')
  .argument('<directory>', 'run directory')
  .option('--capture', 'write capture.pcapng for Wireshark instead: what went over the wire, decrypted', false)
  .addOption(suitesOption())
  .action(async (directory: string, options: { capture: boolean }) => {
    if (options.capture) {
      const { capture } = await import('./capture.ts')
      return capture(directory)
    }
    const { report } = await import('./report.ts')
    report(directory)
  })

program
  .command('judge')
  .description('judge a recorded run again with this version, or a capture of an ACS and a device')
  .argument('<run>', 'run directory, its timeline.jsonl, or a capture (pcap or pcapng, packed by gzip or not)')
  .option('--out <directory>', 'write the reports into this directory, which must be new (default: write nothing)')
  .option('--strict', 'exit code 1 for warnings, undecided requirements and known failures too', false)
  .option('--device <address>', 'of a capture: the device under test (default: the one with most Informs)')
  .option('--acs <address:port>', 'of a capture: its ACS (default: where its Informs go)')
  .option('--keylog <file>', 'of a capture: the keys of its TLS connections, as SSLKEYLOGFILE has them')
  .addOption(suitesOption())
  .action(async (run: string, options: JudgeCaptureOptions) => {
    const { isCapture, judgeCapture } = await import('./judge-capture.ts')
    const { judge } = await import('./judge.ts')
    process.exitCode = isCapture(run, options) ? await judgeCapture(run, options) : judge(run, options)
  })

program
  .command('baseline')
  .description('print the lines of a profile with which the failures of a run are accepted for now')
  .argument('<directory>', 'run directory')
  .addOption(suitesOption())
  .action(async (directory: string) => {
    const { baseline } = await import('./baseline/baseline.ts')
    await baseline(directory)
  })

program
  .command('compare')
  .description('what is newly broken, repaired or changed from one run to another')
  .argument('<before>', 'run directory')
  .argument('<after>', 'run directory')
  .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json', 'html']).default('text'))
  .option('--out <file>', 'write into this file, which must be new (default: print)')
  .addOption(suitesOption())
  .action(async (before: string, after: string, options: CompareOptions) => {
    const { compare } = await import('./compare.ts')
    process.exitCode = await compare(before, after, options)
  })

program
  .command('merge')
  .description('one report for runs that are parts of one, or a matrix of several devices')
  .argument('<directory...>', 'run directories')
  .option('--out <directory>', 'write into this directory, which must be new (default: write nothing)')
  .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .option('--strict', 'exit code 1 for warnings, undecided requirements and known failures too', false)
  .addOption(suitesOption())
  .action(async (directories: string[], options: MergeOptions) => {
    const { merge } = await import('./merge.ts')
    process.exitCode = await merge(directories, options)
  })

// `connreq list | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

// Where nobody waits for what failed: the exit code 1 would say that the device broke something.
process.on('uncaughtException', error => {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(usageError)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : usageError
  else {
    process.stderr.write(`${explainFailure(error)}\n`)
    process.exitCode = usageError
  }
}
// Whatever a library left open shall not keep the user waiting, but what a slow reader has yet to take must reach it.
await Promise.all([process.stdout, process.stderr].map(allTaken))
process.exit()

function allTaken(output: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (output.destroyed) resolve()
    else output.write('', () => resolve())
  })
}

/** Ids may be given one after another or with commas between them. */
function listed(text: string, before: string[]): string[] {
  return [...before, ...text.split(',').filter(id => id !== '')]
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('It must be a whole number.')
  return number
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text)
  if (number < 1) throw new InvalidArgumentError('It must be 1 or more.')
  return number
}

/** A profile after `--live` would be taken for its port. */
function livePort(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port; name a profile before --live, or write --live=7780.')
  return Number(text)
}
