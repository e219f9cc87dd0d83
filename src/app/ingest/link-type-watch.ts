/** Says once which link types of a source are not decoded: their frames are counted, and nothing inside them is seen. */
import { linkTypeName } from '../../format/link-type-name.js';
import { isDecodedLinkType } from '../../records/link-type.js';

/** A file may name thousands; who reads the log needs no more. */
const MAX_TOLD = 5;

export class LinkTypeWatch {
  #seen = 0;
  #told = 0;

  /** Lines for the log, of types that are new since the call before. `linkTypes`: in the order first seen, none ever goes. */
  look(linkTypes: ReadonlyMap<number, number>): string[] {
    if (linkTypes.size === this.#seen) return [];
    const fresh = [...linkTypes.keys()].slice(this.#seen).filter((linkType) => !isDecodedLinkType(linkType));
    this.#seen = linkTypes.size;
    const lines = fresh.slice(0, MAX_TOLD - this.#told);
    this.#told += lines.length;
    return lines.map(
      (linkType) => `Link type ${linkTypeName(linkType)} is not decoded: its frames are counted, no more.`,
    );
  }
}
