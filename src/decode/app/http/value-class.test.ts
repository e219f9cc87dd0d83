import { expect, test } from 'vitest';
import { lengthBucketOf, valueClassOf } from './value-class.js';

test.each<[string, string]>([
  ['', 'empty'],
  ['0', 'int'],
  ['-17', 'int'],
  ['-', 'other'],
  ['31d4d96e407aad4231d4d96e407aad42', 'hex32'],
  ['31D4D96E407AAD4231D4D96E407AAD42', 'hex32'],
  ['31d4d96e407aad4231d4d96e407aad4', 'base64'],
  ['12345678901234567890123456789012', 'int'],
  ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'uuid'],
  ['f81d4fae_7dec-11d0-a765-00a0c91e6bf6', 'base64'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dQw4w9WgXcQ', 'jwt'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0', 'other'],
  ['YWJjZGVmZ2hpamts', 'base64'],
  ['YWJjZGVmZ2hpamtsbQ==', 'base64'],
  ['YWJjZGVmZ2hpamtsbQ%3D%3d', 'base64'],
  ['YWJjZGVmZ2hpamtsbQ===', 'other'],
  ['YWJj', 'other'],
  ['justlowercaseletters', 'other'],
  ['de-DE,en;q=0.5', 'other'],
  ['\xff\xfe', 'other'],
])('%j is %s', (text, expected) => {
  const bytes = Buffer.from(`a${text}a`, 'latin1');
  expect(valueClassOf(bytes, 1, bytes.length - 1)).toBe(expected);
});

test.each<[number, number]>([
  [0, 0],
  [1, 1],
  [3, 2],
  [32, 32],
  [63, 32],
  [65_535, 32_768],
])('length %i is in bucket %i', (length, bucket) => {
  expect(lengthBucketOf(length)).toBe(bucket);
});
