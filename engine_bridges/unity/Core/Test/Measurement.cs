using System.Collections.Generic;

namespace Importer.Bridge
{
    /// <summary>
    /// What the engine has made of an asset. Metres, Unity's axes, from the prefab's origin; null: not there.
    /// </summary>
    public sealed class Measurement
    {
        public double[] Min;
        public double[] Max;
        public double[] Centroid;
        public double RootRotation;
        public double[] RootScale = { 1, 1, 1 };
        public List<int> LodTriangles = new List<int>();
        public List<double> LodHeights = new List<double>();

        /// <summary>Names of the materials on the levels that are there, with a shader that works.</summary>
        public List<string> Materials = new List<string>();

        /// <summary>
        /// All materials are there, and an artist has put other ones than the bridge's into the prefab.
        /// </summary>
        public bool HasOtherMaterials;

        public string Shader = "";
        public SortedDictionary<string, MeasuredTexture> Textures = new SortedDictionary<string, MeasuredTexture>();
        public int Colliders;
        public double[] ColliderMin;
        public double[] ColliderMax;

        /// <summary>Names of all transforms below the prefab's root.</summary>
        public List<string> Transforms = new List<string>();

        /// <summary>Names of the bones that skins use.</summary>
        public List<string> SkinBones = new List<string>();

        public bool IsHumanoid;
    }

    /// <summary>A texture in a material.</summary>
    public sealed class MeasuredTexture
    {
        public int Side;
        public bool IsSrgb;
        public bool IsNormalMap;
        public bool FlipsGreen;
    }

    /// <summary>What came of drawing an asset.</summary>
    public sealed class Drawing
    {
        public List<string> Errors = new List<string>();

        /// <summary>Why nothing could be drawn, or null.</summary>
        public string Skipped;

        public int Side;

        /// <summary>PNG by view.</summary>
        public SortedDictionary<string, byte[]> Pictures = new SortedDictionary<string, byte[]>();
    }
}
