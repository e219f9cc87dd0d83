/**
 * Colours as one integer: tag in the top byte, value below. Frames carry 24-bit colours; they are lowered here, once per
 * cell, to what the terminal shows. 256-colour cube and grey ramp: xterm's 256colres.h.
 */

export type ColourDepth = 'truecolor' | '256' | '16' | 'mono';

export const DEFAULT_COLOUR = 0;
const RGB_TAG = 1 << 24;
const INDEX_TAG = 2 << 24;
const BASE_TAG = 3 << 24;
const VALUE_MASK = 0xffffff;

export const rgbColour = (rgb: number): number => RGB_TAG | rgb;
export const indexColour = (index: number): number => INDEX_TAG | index;
/** One of the 16 base colours, 0..15 (8 and up are the bright ones). */
export const baseColour = (index: number): number => BASE_TAG | index;
export const isRgb = (colour: number): boolean => (colour & ~VALUE_MASK) === RGB_TAG;

/** What a theme wants for one of its colours where 24 bits are not there; the nearest match is used for the rest. */
export interface ColourHint {
  readonly rgb: number;
  /** 0..255 */
  readonly ansi256: number;
  /** 0..15 */
  readonly ansi16: number;
  readonly monoBold: boolean;
  readonly monoDim: boolean;
}

const CUBE = [0, 95, 135, 175, 215, 255] as const;
const BASE_16 = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
] as const;

function distance(a: number, b: number): number {
  const red = (a >> 16) - (b >> 16);
  const green = ((a >> 8) & 255) - ((b >> 8) & 255);
  const blue = (a & 255) - (b & 255);
  return red * red * 2 + green * green * 4 + blue * blue * 3; // weights near human brightness
}

export function nearest256(rgb: number): number {
  const level = (channel: number) => {
    let best = 0;
    for (let i = 1; i < 6; i += 1) if (Math.abs(CUBE[i]! - channel) < Math.abs(CUBE[best]! - channel)) best = i;
    return best;
  };
  const [r, g, b] = [level(rgb >> 16), level((rgb >> 8) & 255), level(rgb & 255)];
  const cube = (CUBE[r]! << 16) | (CUBE[g]! << 8) | CUBE[b]!;
  const mean = ((rgb >> 16) + ((rgb >> 8) & 255) + (rgb & 255)) / 3;
  const step = Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  const grey = (8 + step * 10) * 0x010101;
  return distance(rgb, grey) < distance(rgb, cube) ? 232 + step : 16 + 36 * r + 6 * g + b;
}

export function nearest16(rgb: number): number {
  let best = 0;
  for (let i = 1; i < 16; i += 1) if (distance(rgb, BASE_16[i]!) < distance(rgb, BASE_16[best]!)) best = i;
  return best;
}

/** The SGR parameters that set this colour. */
export function sgrOf(colour: number, isBackground: boolean): string {
  const value = colour & VALUE_MASK;
  switch (colour & ~VALUE_MASK) {
    case RGB_TAG:
      return `${isBackground ? 48 : 38};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
    case INDEX_TAG:
      return `${isBackground ? 48 : 38};5;${value}`;
    case BASE_TAG:
      return String((isBackground ? 40 : 30) + (value < 8 ? value : value + 52));
    default:
      return isBackground ? '49' : '39';
  }
}
