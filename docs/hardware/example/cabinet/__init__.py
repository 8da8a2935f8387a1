"""An example of a device class: the machine's cabinet, with a door switch and a thermometer."""
