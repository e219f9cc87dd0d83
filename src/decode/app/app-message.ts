/**
 * A short name of the message in a UDP payload, with what tells floods apart and nothing that an attacker can vary at will:
 * "ntp mode 7 code 42", "memcached VALUE", "ssdp response", "snmp response", "cldap entry", "stun success", "quic initial 1".
 * Empty: none of these, or the bytes that say so were not captured.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { CLDAP_PORT, CldapMessage, decodeCldap, LdapOperation } from './cldap.js';
import { decodeMemcached, MEMCACHED_PORT, MemcachedDatagram, MemcachedKind } from './memcached.js';
import { decodeNtp, NTP_PORT, NtpMode, NtpPacket } from './ntp.js';
import { quicMessageName } from './quic/quic-message-name.js';
import { decodeSnmp, SNMP_PORT, SNMP_TRAP_PORT, SnmpMessage, SnmpPdu } from './snmp.js';
import { decodeSsdp, SSDP_PORT, SsdpMessage } from './ssdp.js';
import { decodeStun, StunMessage } from './stun.js';

const ntp = new NtpPacket();
const memcached = new MemcachedDatagram();
const ssdp = new SsdpMessage();
const snmp = new SnmpMessage();
const cldap = new CldapMessage();
const stun = new StunMessage();

type Namer = (bytes: Uint8Array, at: number, end: number) => string;

const BY_PORT: ReadonlyMap<number, Namer> = new Map([
  [NTP_PORT, ntpName],
  [MEMCACHED_PORT, memcachedName],
  [SSDP_PORT, ssdpName],
  [SNMP_PORT, snmpName],
  [SNMP_TRAP_PORT, snmpName],
  [CLDAP_PORT, cldapName],
]);
const STUN_CLASSES = ['request', 'indication', 'success', 'error'];
const SSDP_KINDS = ['search', 'notify', 'response'];
const SNMP_PDUS = new Map<number, string>(Object.entries(SnmpPdu).map(([name, tag]) => [tag, name]));
const LDAP_OPERATIONS = new Map<number, string>([
  [LdapOperation.searchRequest, 'search'],
  [LdapOperation.searchResultEntry, 'entry'],
  [LdapOperation.searchResultDone, 'done'],
  [LdapOperation.searchResultReference, 'reference'],
]);

export function messageName(bytes: Uint8Array, at: number, end: number, srcPort: number, dstPort: number): string {
  if (at >= end) return '';
  const namer = BY_PORT.get(srcPort) ?? BY_PORT.get(dstPort);
  if (namer !== undefined) return namer(bytes, at, end);
  return stunName(bytes, at, end) || quicMessageName(bytes, at, end);
}

function ntpName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeNtp(bytes, at, end, ntp) !== DecodeStatus.ok) return '';
  if (ntp.mode === NtpMode.private) return `ntp mode 7 code ${ntp.requestCode}`;
  return ntp.mode === NtpMode.control ? `ntp mode 6 opcode ${ntp.opcode}` : `ntp mode ${ntp.mode}`;
}

function memcachedName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeMemcached(bytes, at, end, memcached) !== DecodeStatus.ok) return '';
  if (memcached.kind === MemcachedKind.continuation) return 'memcached continuation';
  if (memcached.kind === MemcachedKind.binaryCommand) return 'memcached binary command';
  if (memcached.kind === MemcachedKind.binaryResponse) return 'memcached binary response';
  const { word } = memcached;
  const first = bytes[word.at] as number;
  if (first >= 0x30 && first <= 0x39) return 'memcached number';
  return `memcached ${latin1(bytes, word.at, word.end)}`;
}

function ssdpName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeSsdp(bytes, at, end, ssdp) === DecodeStatus.malformed) return '';
  return `ssdp ${SSDP_KINDS[ssdp.kind]}`;
}

function snmpName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeSnmp(bytes, at, end, snmp) === DecodeStatus.malformed) return '';
  if (snmp.isEncrypted) return 'snmp encrypted';
  const pdu = SNMP_PDUS.get(snmp.pdu);
  return pdu === undefined ? '' : `snmp ${pdu}`;
}

function cldapName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeCldap(bytes, at, end, cldap) === DecodeStatus.malformed || cldap.operation === 0) return '';
  return `cldap ${LDAP_OPERATIONS.get(cldap.operation) ?? 'other'}`;
}

/** On any port, so only with the magic cookie of RFC 8489 §5. */
function stunName(bytes: Uint8Array, at: number, end: number): string {
  if (decodeStun(bytes, at, end, stun) === DecodeStatus.malformed || !stun.hasMagicCookie) return '';
  return `stun ${STUN_CLASSES[stun.messageClass]}`;
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(at, end));
}
