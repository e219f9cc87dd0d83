/** `ddostop hooks` on the command line. */
import { type Command, Option } from 'commander';
import type { HooksOptions } from './hooks-command.js';

const EVENTS = ['opened', 'updated', 'ended', 'acknowledged', 'mitigated', 'note'];

export function addHooksCommand(program: Command): void {
  const hooks = program
    .command('hooks')
    .description('who is told of incidents: webhooks, PagerDuty, Slack, Jira, ServiceNow, programs')
    .addHelpText('after', EXAMPLES);
  const run = async (action: 'list' | 'test' | 'spool' | 'retry', options: HooksOptions) => {
    const { runHooks } = await import('./hooks-command.js');
    process.exitCode = await runHooks(action, options);
  };
  shared(
    hooks.command('list').description('the hooks of the configuration, and whether their secrets are there'),
  ).action((options: HooksOptions) => run('list', options));
  shared(hooks.command('test').description('send a test incident, marked as one, and say what came back'))
    .argument('[name...]', 'hooks to test; left out: all')
    .addOption(new Option('--event <event>', 'what to tell').choices(EVENTS).default('opened'))
    .option('--dry-run', 'show the requests, with *** for secrets; send nothing')
    .action((names: string[], options: HooksOptions) => run('test', { ...options, names }));
  shared(hooks.command('spool').description('what waits to be sent')).action((options: HooksOptions) =>
    run('spool', options),
  );
  shared(hooks.command('retry').description('send what waits now, unless a running ddostop does')).action(
    (options: HooksOptions) => run('retry', options),
  );
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: ~/.config/ddostop/config.yaml)')
    .addOption(new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'));
}

const EXAMPLES = `
Examples:
  ddostop hooks list
  ddostop hooks test noc                    one request; PagerDuty: trigger, then resolve
  ddostop hooks test --dry-run              what would be sent, without secrets
  ddostop hooks spool                       what could not be sent yet

A webhook gets ddostop.event/1 by POST, with x-ddostop-delivery: the same for each try of one message. With a
signature key also x-ddostop-timestamp (epoch seconds) and x-ddostop-signature: v1=HEX, the HMAC-SHA256 of
"TIMESTAMP.BODY". Refuse a timestamp more than 300 s away, and a delivery you have had.`;
