/**
 * QUIC versions whose Initial packets hold a TLS ClientHello, and what their keys are made of. RFC 9001 §5.2, RFC 9369 §3.3.1,
 * drafts 23 to 34 of RFC 9001; T050 and T051 are Google's, 0xfaceb002 and 0xfaceb00e Facebook's mvfst.
 * Google's Q versions speak another handshake than TLS and are left out.
 */

export interface QuicVersion {
  /** Of HKDF-Extract. */
  readonly salt: Uint8Array;
  /** Before "key", "iv" and "hp" in the labels of HKDF-Expand. */
  readonly labelPrefix: 'quic ' | 'quicv2 ';
  /** The type bits of a long header that say Initial. */
  readonly initialType: number;
  /** And Retry, which has no length. */
  readonly retryType: number;
  /** The frame that carries the handshake. */
  readonly cryptoFrame: number;
}

function first(salt: string, cryptoFrame = 0x06): QuicVersion {
  return { salt: Buffer.from(salt, 'hex'), labelPrefix: 'quic ', initialType: 0, retryType: 3, cryptoFrame };
}

/** RFC 9369 §3.2 turns the types by one. */
function second(salt: string): QuicVersion {
  return { salt: Buffer.from(salt, 'hex'), labelPrefix: 'quicv2 ', initialType: 1, retryType: 0, cryptoFrame: 0x06 };
}

const V1 = first('38762cf7f55934b34d179ae6a4c80cadccbb7f0a');
const V2 = second('0dede3def700a6db819381be6e269dcbf9bd2ed9');
/** Drafts 23 to 28. */
const DRAFT_23 = first('c3eef712c72ebb5a11a7d2432bb46365bef9f502');
/** Drafts 29 to 32. */
const DRAFT_29 = first('afbfec289993d24c9e9786f19c6111e04390a899');
/** Google's frames are its own: CRYPTO has another number, the same form (capture ndpi.quic_t50). */
const T050 = first('7ff579e5acd072915580304c43a2367c60488310', 0x08);
const T051 = first('7a4edef4e7ccee5fa4506c19124fc8ccda6e033d', 0x08);

/** Null for versions we do not know. Called for every UDP payload that begins like a long header. */
export function versionOf(version: number): QuicVersion | null {
  switch (version) {
    case 0x00000001:
      return V1;
    case 0x6b3343cf:
      return V2;
    case 0x54303530:
      return T050;
    case 0x54303531:
      return T051;
    case 0xfaceb002:
    case 0xfaceb00e:
      return DRAFT_23;
  }
  if (version >= 0xff000017 && version <= 0xff00001c) return DRAFT_23;
  if (version >= 0xff00001d && version <= 0xff000020) return DRAFT_29;
  // The salt of version 1 came with draft 33.
  return version === 0xff000021 || version === 0xff000022 ? V1 : null;
}
