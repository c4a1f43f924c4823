"""Objectives as OpenSLO documents, for other tools to read; ours reads them back as they were."""
