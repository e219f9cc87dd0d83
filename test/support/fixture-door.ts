/** A mitigation door without a kernel: remembers what was asked of it, drops at a steady rate, ends by itself. */
import { UserError } from '../../src/errors.js';
import type { ApplyResult, MitigationDoor, Survey } from '../../src/mitigation/door.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from '../../src/mitigation/types.js';

const DROPPING_PPS = 12_400;

interface Applied {
  readonly plan: MitigationPlan;
  readonly appliedAtMs: number;
  readonly confirmByMs: number;
  isConfirmed: boolean;
}

export class FixtureDoor implements MitigationDoor {
  readonly calls: string[] = [];
  readonly #applied = new Map<string, Applied>();
  #plans = 0;

  plan(request: MitigationRequest): Promise<MitigationPlan> {
    this.#plans += 1;
    this.calls.push('plan');
    const prefixes = [...request.blockSources, ...request.blockTargets];
    if (prefixes.length === 0)
      return Promise.reject(new UserError('MITIGATION_EMPTY', 'nothing to drop', 'Choose at least one prefix.'));
    const isWide = prefixes.some((prefix) => prefix.endsWith('/8'));
    const stdin = `table inet ddostop {\n  set block4 { type ipv4_addr; flags interval, timeout; }\n  chain drop { type filter hook prerouting priority -310; ip saddr @block4 counter drop }\n}\nadd element inet ddostop block4 { ${prefixes.join(', ')} timeout ${request.confirmWindowSec}s }\n`;
    return Promise.resolve({
      id: `m-${this.#plans}`,
      adapter: 'nft',
      incidentId: request.incidentId,
      request,
      steps: [
        {
          phase: 'trial',
          what: `Drop ${prefixes.length} prefixes in our own table, for ${request.confirmWindowSec} s`,
          argv: ['nft', '-f', '-'],
          stdin,
          inverse: {
            argv: ['nft', '-f', '-'],
            stdin: `delete element inet ddostop block4 { ${prefixes.join(', ')} }\n`,
          },
        },
      ],
      expiresAtMs: Date.now() + request.ttlSec * 1000,
      warnings: prefixes.length > 3 ? ['2 allow-listed prefixes left out'] : [],
      refused: isWide
        ? {
            code: 'MITIGATION_TOO_WIDE',
            message: 'a /8 holds your own address 198.18.0.5 and 16 777 216 others',
            narrowed: { ...request, blockSources: ['198.51.100.0/24'] },
          }
        : null,
      protected: [
        { prefix: '198.18.0.5', why: 'your ssh session' },
        { prefix: '198.18.0.1', why: 'default gateway' },
        { prefix: '192.0.2.53', why: 'resolver' },
      ],
    });
  }

  apply(plan: MitigationPlan): Promise<ApplyResult> {
    this.calls.push('apply');
    const nowMs = Date.now();
    const confirmByMs = nowMs + plan.request.confirmWindowSec * 1000;
    this.#applied.set(plan.id, { plan, appliedAtMs: nowMs, confirmByMs, isConfirmed: false });
    return Promise.resolve({ id: plan.id, confirmByMs });
  }

  confirm(id: string): Promise<void> {
    this.calls.push('confirm');
    const applied = this.#applied.get(id);
    if (!applied) return Promise.reject(new UserError('MITIGATION_OVER', `${id} has ended already`, 'Apply it again.'));
    applied.isConfirmed = true;
    return Promise.resolve();
  }

  undo(id: string): Promise<void> {
    this.calls.push('undo');
    this.#applied.delete(id);
    return Promise.resolve();
  }

  list(): Promise<readonly LiveMitigation[]> {
    const nowMs = Date.now();
    const live: LiveMitigation[] = [];
    for (const [id, { plan, appliedAtMs, confirmByMs, isConfirmed }] of this.#applied) {
      if (!isConfirmed && nowMs > confirmByMs) continue;
      const packets = Math.round(((nowMs - appliedAtMs) / 1000) * DROPPING_PPS);
      const endsAtMs = isConfirmed ? plan.expiresAtMs : confirmByMs;
      live.push({
        id,
        prefixes: plan.request.blockSources,
        targets: plan.request.blockTargets,
        allow: [],
        why: plan.request.why,
        packets,
        bytes: packets * 60,
        expiresInSec: Math.max(0, Math.round((endsAtMs - nowMs) / 1000)),
        state: isConfirmed ? 'confirmed' : 'unconfirmed',
      });
    }
    return Promise.resolve(live);
  }

  extend(id: string): Promise<void> {
    this.calls.push('extend');
    return this.#applied.has(id) ? Promise.resolve() : this.confirm(id);
  }

  sweep(): Promise<void> {
    return Promise.resolve();
  }

  vanished(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  async survey(): Promise<Survey> {
    return { live: await this.list(), vanished: [], unfinished: [] };
  }

  history(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  panic(): Promise<void> {
    this.calls.push('panic');
    this.#applied.clear();
    return Promise.resolve();
  }
}
