import { toolWords } from '@shared/text/index';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tools } from './index';

const shown = tools.filter(({ audience }) => audience === 'everyone').map(tool => [tool.name, tool] as const);

test.each(shown)('%s has Chinese words for itself and for each of its parameters, and for no others', (name, tool) => {
  const words = toolWords(name, 'zh-CN');
  const parameters = Object.keys(z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }).properties ?? {});
  expect(Object.keys(words?.params ?? {}).sort()).toEqual(parameters.sort());
  expect(`${words?.title}${words?.description}`).toMatch(/[\u4e00-\u9fff]/);
});

test.each(shown)('%s describes every parameter in English', (_name, tool) => {
  const { properties = {} } = z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' });
  const silent = Object.entries(properties).filter(([, property]) => typeof property === 'object' && !property.description);
  expect(silent.map(([name]) => name)).toEqual([]);
});
