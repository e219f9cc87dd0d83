/** The way to a firewall: here or over ssh, as we are or through sudo, one backend or the other. */
import { UserError } from '../../errors.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { OpenMitigationOptions } from '../../mitigation/open-mitigation.js';
import type { MitigationBackend } from '../../mitigation/types.js';
import { type Host, localHost } from '../../platform/host.js';
import { hostOf } from '../options/host-options.js';

export interface FirewallPlace {
  /** An ssh host; this machine when left out. */
  readonly on?: string;
  readonly sshConfig?: string;
  readonly sudo?: boolean;
  readonly backend: MitigationBackend;
  /** Of the backend cloudflare. */
  readonly zone?: string;
  readonly account?: string;
}

export interface FirewallWish {
  readonly readOnly: boolean;
  readonly allowList: readonly string[];
  /** Of an edge's API, in five minutes. */
  readonly callLimit?: number;
  /** Told of an edge besides success; cleaned by who shows it. */
  readonly tell?: (text: string) => void;
  /** How the door is opened; a test gives its own machine here. */
  readonly open?: (options: OpenMitigationOptions) => Promise<MitigationDoor>;
}

export interface OpenFirewall {
  readonly door: MitigationDoor;
  /** Not as we are: through "sudo -n". */
  readonly isThroughSudo: boolean;
  close(): Promise<void>;
}

/** Rejects as openMitigation does, and with HOST_…, BAD_HOST, SUDO_REFUSED. */
export async function openFirewall(place: FirewallPlace, wish: FirewallWish): Promise<OpenFirewall> {
  if (place.backend === 'cloudflare') return openAtEdge(place, wish);
  const { on, sshConfig, backend } = place;
  const host = await hostOf({
    ...(on === undefined ? {} : { host: on }),
    ...(sshConfig === undefined ? {} : { sshConfig }),
  });
  const close = () => host.close();
  try {
    const { readOnly, allowList } = wish;
    return { ...(await openBest({ readOnly, allowList, host, backend }, place, wish)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAtEdge(
  place: FirewallPlace,
  { readOnly, allowList, callLimit, tell }: FirewallWish,
): Promise<OpenFirewall> {
  if (place.on !== undefined)
    throw new UserError('USAGE', '--on names a host, and the backend cloudflare is none', 'Leave one of them out.');
  const { openEdge } = await import('../edge/edge-access.js');
  return {
    door: await openEdge(place, {
      readOnly,
      allowList,
      ...(callLimit === undefined ? {} : { callLimit }),
      ...(tell === undefined ? {} : { tell }),
    }),
    isThroughSudo: false,
    close: () => Promise.resolve(),
  };
}

/** As we are; where that has no right, through sudo without a password. */
async function openBest(
  options: OpenMitigationOptions,
  { sudo = false }: FirewallPlace,
  wish: FirewallWish,
): Promise<Omit<OpenFirewall, 'close'>> {
  const open = wish.open ?? (await import('../../mitigation/open-mitigation.js')).openMitigation;
  const throughSudo = async () => {
    const { withSudo } = await import('../../platform/sudo-host.js');
    return { door: await open({ ...options, host: withSudo(hostIn(options)) }), isThroughSudo: true };
  };
  if (sudo) return throughSudo();
  try {
    return { door: await open(options), isThroughSudo: false };
  } catch (error) {
    if (!(error instanceof UserError && error.code.endsWith('_PERMISSION'))) throw error;
    return throughSudo().catch((other: unknown) => {
      throw neitherWay(error, other);
    });
  }
}

function hostIn({ host }: OpenMitigationOptions): Host {
  return host ?? localHost();
}

/** The first refusal says what there is no right to; sudo's says which lines would give it. A broken way to the host comes before both. */
function neitherWay(plain: UserError, raised: unknown): unknown {
  if (!(raised instanceof UserError) || raised.code.startsWith('HOST_')) return raised;
  if (raised.code !== 'SUDO_REFUSED') return plain;
  return new UserError(plain.code, `${plain.what}; ${raised.what}`, raised.hint, { cause: raised });
}
