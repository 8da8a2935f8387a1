"""The document camera (高拍仪) that looks down on paper: a :class:`drivers.camera.camera.Camera`, and what is made of
its pictures."""
