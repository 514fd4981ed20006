#!/usr/bin/env node
// The same program under the name of the older tool, whose command line it understands.
import './netsonde.mjs';
