"""The A4 printer, spoken to in IPP: a printer on the network, or a queue of CUPS."""
