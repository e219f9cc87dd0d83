/** A door that is still being opened: the screen comes first, and what is asked meanwhile waits. */
import type { ApplyResult, Expired, MitigationDoor, Survey } from '../../mitigation/door.js';

export class LateDoor implements MitigationDoor {
  readonly #opening: Promise<MitigationDoor>;

  constructor(opening: Promise<MitigationDoor>) {
    this.#opening = opening;
    // Who asks hears of it; nobody may have asked yet.
    opening.catch(() => {});
  }

  async plan(...given: Parameters<MitigationDoor['plan']>): ReturnType<MitigationDoor['plan']> {
    return (await this.#opening).plan(...given);
  }

  async apply(...given: Parameters<MitigationDoor['apply']>): Promise<ApplyResult> {
    return (await this.#opening).apply(...given);
  }

  async confirm(id: string): Promise<void> {
    return (await this.#opening).confirm(id);
  }

  async extend(id: string, ttlSec: number | null): Promise<void> {
    return (await this.#opening).extend(id, ttlSec);
  }

  async undo(id: string): Promise<void> {
    return (await this.#opening).undo(id);
  }

  async list(): ReturnType<MitigationDoor['list']> {
    return (await this.#opening).list();
  }

  async panic(): Promise<void> {
    return (await this.#opening).panic();
  }

  async sweep(): Promise<void> {
    return (await this.#opening).sweep();
  }

  async survey(): Promise<Survey> {
    return (await this.#opening).survey();
  }

  async vanished(): ReturnType<MitigationDoor['vanished']> {
    return (await this.#opening).vanished();
  }

  async expireDue(nowMs: number): Promise<readonly Expired[]> {
    const door = await this.#opening.catch(() => null); // why it is not open has been said
    return (await door?.expireDue?.(nowMs)) ?? [];
  }

  async history(most?: number): ReturnType<MitigationDoor['history']> {
    return (await this.#opening).history(most);
  }
}
