"""The document camera (高拍仪): a camera that looks down on paper. Its driver is drivers.camera's."""
