namespace Importer.Bridge
{
    /// <summary>What reports say of the bridge.</summary>
    public static class BridgeVersion
    {
        /// <summary>As in package.json.</summary>
        public const string Text = "1.0.0";

        /// <summary>Raised whenever the same files would be imported to another result.</summary>
        public const int Rules = 1;
    }
}
