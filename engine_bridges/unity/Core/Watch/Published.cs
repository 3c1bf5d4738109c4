using System;

namespace Importer.Bridge
{
    /// <summary>A published folder that a look has found.</summary>
    public sealed class Published
    {
        /// <summary>The asset's key: folder below Assets, then the path below the watched folder.</summary>
        public string Key;

        public string Folder;

        /// <summary>Null where it is not clear which file is the manifest.</summary>
        public string ManifestPath;

        /// <summary>Why the folder cannot be an asset, or null.</summary>
        public Problem Problem;
    }
}
