import { describe, expect, test } from 'vitest';
import { Stride } from './stride.js';

function taken(stride: Stride, messages: number): { reads: number; weight: number } {
  let reads = 0;
  let weight = 0;
  for (let i = 0; i < messages; i += 1) {
    const stands = stride.take();
    if (stands > 0) reads += 1;
    weight += stands;
  }
  return { reads, weight };
}

describe('Stride', () => {
  test('below the limit every message is read, and counts once', () => {
    const stride = new Stride(100, 7);
    for (let second = 0; second < 5; second += 1) {
      expect(taken(stride, 99)).toEqual({ reads: 99, weight: 99 });
      stride.beginSecond();
    }
    expect(stride.rate).toBe(1);
  });

  test('a flood is read ever more rarely, and what is read stands for the rest', () => {
    const stride = new Stride(100, 7);
    const { reads, weight } = taken(stride, 100_000);
    // 100 at each rate 1, 2, 4, ... 512.
    expect(reads).toBeLessThan(1100);
    expect(Math.abs(weight / 100_000 - 1)).toBeLessThan(0.1);
  });

  test('a constant flood keeps one rate from its second second on, and comes down when it ends', () => {
    const stride = new Stride(100, 7);
    taken(stride, 10_000);
    stride.beginSecond();
    expect(stride.rate).toBe(128);
    let sum = 0;
    for (let second = 0; second < 10; second += 1) {
      const { reads, weight } = taken(stride, 10_000);
      expect(reads).toBeLessThan(120);
      sum += weight;
      stride.beginSecond();
    }
    expect(Math.abs(sum / 100_000 - 1)).toBeLessThan(0.1);
    taken(stride, 50);
    stride.beginSecond();
    expect(stride.rate).toBe(1);
  });

  test('messages that take turns are seen in all their turns', () => {
    const stride = new Stride(100, 7);
    const sums = new Array<number>(8).fill(0);
    for (let i = 0; i < 400_000; i += 1) sums[i % 8]! += stride.take();
    for (const sum of sums) expect(Math.abs(sum / 50_000 - 1)).toBeLessThan(0.5);
  });

  test('of a file so many are read in all, and of the others one in so many', () => {
    const stride = new Stride(100, 7, 32);
    expect(taken(stride, 100)).toEqual({ reads: 100, weight: 100 });
    stride.beginSecond();
    const { reads, weight } = taken(stride, 100_000);
    expect(reads).toBeLessThan(3600);
    expect(Math.abs(weight / 100_000 - 1)).toBeLessThan(0.1);
    stride.beginSecond();
    expect(stride.rate).toBe(32);
  });

  test('without a limit nothing is left out', () => {
    const stride = new Stride(Number.POSITIVE_INFINITY, 7);
    expect(taken(stride, 100_000)).toEqual({ reads: 100_000, weight: 100_000 });
    stride.beginSecond();
    expect(stride.rate).toBe(1);
  });
});
