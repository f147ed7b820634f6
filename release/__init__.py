"""What distributions and machines need beside the wheel: man page, shell completion, units, a container, an SBOM."""
