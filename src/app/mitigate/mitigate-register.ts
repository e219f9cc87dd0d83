/** The options of `ddostop mitigate` and its actions, hung into the program. */
import { type Command, Option } from 'commander';
import type { MitigateAction } from './mitigate-command.js';
import { EXAMPLES, exampleOf } from './mitigate-examples.js';
import { DEFAULT_TTL, DEFAULT_WINDOW, type MitigateOptions } from './mitigate-options.js';
import type { MitigateIo } from './mitigate-output.js';

/** Hangs `mitigate` with its actions into the program; each sets process.exitCode. `common`: what the program itself knows (configuration). */
export function addMitigateCommand(
  program: Command,
  common: Pick<MitigateOptions, 'readOnly' | 'allowList'> = {},
  io: MitigateIo | null = null,
): Command {
  const mitigate = program
    .command('mitigate')
    .description('drop attack traffic at this host, with an end of its own and a way back')
    .addHelpText('after', EXAMPLES);
  const run = async (action: MitigateAction, options: MitigateOptions) => {
    const { runMitigate } = await import('./mitigate-command.js');
    process.exitCode = await runMitigate(action, { ...common, ...options }, io ?? undefined);
  };
  const withFormat = (command: Command) =>
    withPlace(command).addOption(
      new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'),
    );
  const one = (action: MitigateAction) => (id: string, options: MitigateOptions) => run(action, { ...options, id });

  withRequest(
    withFormat(
      mitigate.command('plan').description('show what would be done, with the exact commands; changes nothing'),
    ),
  )
    .option('--unchecked', 'do not ask the firewall whether it would take the rules: needs no rights')
    .action((options: MitigateOptions) => run('plan', options));
  withRequest(
    withFormat(
      mitigate.command('apply').description('put it in force for the confirm window, then keep it if confirmed'),
    ),
  )
    .option('--dry-run', 'same as plan')
    .option('--yes', 'no question; confirmed at once')
    .option('--yes-really', 'answers the second question as well, of what is asked twice')
    .option('--stay', 'cloudflare: wait until its time is over and take it back, since the edge has no timer')
    .action((options: MitigateOptions) => run('apply', options));
  withFormat(mitigate.command('confirm').description('keep a mitigation for its whole life'))
    .argument('<id>', 'as "mitigate list" shows it')
    .action(one('confirm'));
  withFormat(mitigate.command('extend').description('a new life from now on, for a mitigation that is in force'))
    .argument('<id>', 'as "mitigate list" shows it')
    .option('--ttl <time>', 'its life from now on; left out: the one it was made with')
    .option('--while-matching', 'stay, and go on extending it for as long as packets match')
    .action(one('extend'));
  withFormat(mitigate.command('undo').description('take a mitigation back; one that has ended is no error'))
    .argument('<id>', 'as "mitigate list" shows it, or "orphan"')
    .action(one('undo'));
  withFormat(
    mitigate.command('list').description('what is live, read from the kernel; what vanished; what was cut off'),
  ).action((options: MitigateOptions) => run('list', options));
  withFormat(
    mitigate.command('again').description('apply what should be in force and vanished: a flush, a restart of the host'),
  )
    .argument('[id]', 'left out: all of them')
    .option('--yes', 'no question; confirmed at once')
    .option('--narrow', 'when it would cut off a protected address by now, take the nearest one that does not')
    .action((id: string | undefined, options: MitigateOptions) =>
      run('again', { ...options, ...(id === undefined ? {} : { id }) }),
    );
  withFormat(mitigate.command('log').description('the audit log: who did what, with which command and result')).action(
    (options: MitigateOptions) => run('log', options),
  );
  withFormat(
    mitigate.command('panic').description('remove everything of ddostop from the firewall, and only that'),
  ).action((options: MitigateOptions) => run('panic', options));
  for (const command of mitigate.commands) command.addHelpText('after', exampleOf(command.name()));
  return mitigate;
}

/** Where it acts, and with which firewall. */
function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'firewall to use').choices(['nft', 'iptables', 'cloudflare']).default('nft'),
    )
    .option('--zone <zone>', 'with --backend cloudflare: the zone, by name or id')
    .option('--account <id>', "with --backend cloudflare: the account (default: the zone's)")
    .option('--on <host>', 'act on this host over ssh, as ssh knows it')
    .option('--ssh-config <file>', 'configuration file for ssh instead of your own')
    .option('--sudo', 'run its commands through "sudo -n"; tried by itself where there is no right');
}

function withRequest(command: Command): Command {
  return withEdgeActions(command)
    .option('--block <prefix...>', 'drop packets from these sources: 198.51.100.7 198.51.100.0/24 2001:db8::/64')
    .option('--block-file <file>', 'drop packets from the sources in this file, one prefix a line')
    .option('--block-target <address...>', 'drop packets to these targets (last resort: the target is off the net)')
    .option('--allow <prefix...>', 'never dropped by us; wins over every block')
    .option('--guard <address:port...>', 'keep a TCP port of this host open for one address, e.g. your ssh session')
    .option('--signature <file>', 'drop what looks like this: JSON of "ddostop diff --format json", or - for stdin')
    .option('--rate <pps>', 'of what the signature matches let so many packets a second pass')
    .option('--rate-limit <prefix=pps...>', 'let so many packets a second pass from a prefix as a whole')
    .option(
      '--rate-limit-each <[prefix=]pps...>',
      'let so many packets a second pass from each source (IPv6: each /64)',
    )
    .option('--rate-limit-target <prefix=pps...>', 'let so many packets a second pass to a target')
    .option('--connection-limit <[target:]port=n...>', 'let each source (IPv6: each /64) hold so many TCP connections')
    .option('--sample-only', 'count what it would drop, drop nothing')
    .option('--good <prefix...>', 'with --sample-only: known good sources, counted apart')
    .option('--behind-cdn', 'the site is behind Cloudflare: its proxies are protected as your own path is')
    .option('--ingress <device...>', 'drop blocked prefixes on these devices as frames come in (nft)')
    .option('--count-senders <target...>', 'drop nothing: let the kernel count who sends to a target (nft)')
    .option(
      '--syn-proxy <[target:]port...>',
      "expert: the kernel answers SYNs in the server's place, promising what the server would: 443, or 443=1460,7,sack,timestamp (nft)",
    )
    .option('--narrow', 'when the plan would cut off a protected address, take the nearest one that does not')
    .option('--ttl <time>', 'life once confirmed; the kernel ends it', DEFAULT_TTL)
    .option('--confirm-window <time>', 'ends by itself unless confirmed within', DEFAULT_WINDOW)
    .option('--incident <id>', 'incident it answers, for the audit log')
    .option('--why <word>', 'one word for the rule comment', 'manual');
}

/** Beside --block and --signature, which become a list and a rule there. */
function withEdgeActions(command: Command): Command {
  return command
    .option('--waf-rule <expression>', 'cloudflare: what --action does with requests that match')
    .option('--skip-rule <expression>', 'cloudflare: let requests that match past the other rules')
    .option('--action <action>', 'cloudflare: block, managed_challenge, js_challenge, challenge, log')
    .option('--edge-rate-limit <expression>', 'cloudflare: so many --requests a --period, else --action for --timeout')
    .option('--requests <n>', 'with --edge-rate-limit')
    .option('--period <time>', 'with --edge-rate-limit (default: 10s)')
    .option('--timeout <time>', 'with --edge-rate-limit (default: 10m)')
    .option('--per <field...>', 'with --edge-rate-limit: what is counted by (default: ip.src; a data centre each)')
    .option('--ip-list <name>', 'cloudflare: add --items to a list that exists; with --action a rule that uses it')
    .option('--items <prefix...>', 'with --ip-list')
    .option('--ip-access <target=value>', 'cloudflare: IP access rule: ip=, ip6=, ip_range=, asn=, country=')
    .option('--under-attack', 'cloudflare: every visitor of the zone is challenged')
    .option('--security-level <level>', 'cloudflare: off, essentially_off, low, medium, high, under_attack')
    .option('--network-firewall <expression>', 'cloudflare: drop packets that match, in front of Magic Transit')
    .option('--http-ddos <override>', 'cloudflare: HTTP DDoS rules: SENSITIVITY[,ACTION[,rule=ID]], e.g. medium')
    .option('--network-ddos <override>', 'cloudflare: the same of the network-layer DDoS rules')
    .option('--bot-setting <name=value...>', 'cloudflare: e.g. fight_mode=on, sbfm_likely_automated=managed_challenge')
    .option('--spectrum-firewall <app=on|off>', 'cloudflare: IP access rules apply to a Spectrum application')
    .option('--advertise <prefix/bgp>', 'cloudflare: announce a Magic Transit prefix (asks twice, takes minutes)')
    .option('--withdraw <prefix/bgp>', 'cloudflare: stop announcing it (asks twice)');
}
