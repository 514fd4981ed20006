import { pickLanguage } from '@shared/text/index';
import { serve } from './cli/serve';

/** The headless server without the command line around it: what a service unit starts. */
process.exitCode = await serve({ language: pickLanguage(process.env.LANG) });
