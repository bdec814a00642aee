import { drawSvg, themes } from './draw-svg.ts';
import { recordShop } from './record-shop.ts';

/** The picture of README.md, for each theme, from spans that are recorded just now. */
export async function drawShop(): Promise<Record<'light' | 'dark', string>> {
  const [fresh, late] = await recordShop();
  if (fresh === undefined || late === undefined) throw new Error('An order has not been traced.');
  const pictures = [
    {
      journey: fresh,
      title: 'Handled at once',
      caption: 'One trace: the consumer is a child of the sender.',
    },
    {
      journey: late,
      title: 'Handled late',
      caption:
        'The consumer starts a trace of its own, which links back to the sender. The baggage arrives in both.',
    },
  ];
  return { light: drawSvg(pictures, themes.light), dark: drawSvg(pictures, themes.dark) };
}
