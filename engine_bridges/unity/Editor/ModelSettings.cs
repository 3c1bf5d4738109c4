using System;
using System.Collections.Generic;
using System.Linq;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// Import settings of an FBX file by the names of ModelImporter's properties, and "humanoid" for its map.
    /// </summary>
    static class ModelSettings
    {
        public static Settings Read(ModelImporter importer)
        {
            var isHuman = importer.animationType == ModelImporterAnimationType.Human;
            var human = isHuman ? importer.humanDescription.human ?? new HumanBone[0] : new HumanBone[0];
            return new Settings(StringComparer.Ordinal)
            {
                { "globalScale", importer.globalScale },
                { "useFileScale", importer.useFileScale },
                { "bakeAxisConversion", importer.bakeAxisConversion },
                { "importNormals", importer.importNormals.ToString() },
                { "importTangents", importer.importTangents.ToString() },
                { "meshCompression", importer.meshCompression.ToString() },
                { "importCameras", importer.importCameras },
                { "importLights", importer.importLights },
                { "materialImportMode", importer.materialImportMode.ToString() },
                { "animationType", importer.animationType.ToString() },
                { "importAnimation", importer.importAnimation },
                { "humanoid", WantedSettings.HumanoidText(human.ToDictionary(bone => bone.humanName,
                bone => bone.boneName)) },
            };
        }

        public static void Write(ModelImporter importer, Settings values)
        {
            foreach (var pair in values)
                Write(importer, pair.Key, pair.Value);
            object humanoid;
            if (!values.TryGetValue("humanoid", out humanoid) || (string)humanoid == "")
                return;
            var bones = ((string)humanoid).Split(';').Select(text => text.Split(new[] { '=' }, 2))
                .ToDictionary(parts => parts[0], parts => parts[1]);
            // Unity's own mapping first: it also writes the skeleton's rest pose, in names that it expects to find
            // again.
            importer.animationType = ModelImporterAnimationType.Human;
            importer.avatarSetup = ModelImporterAvatarSetup.CreateFromThisModel;
            importer.SaveAndReimport();
            var wanted = HumanMap.Describe(EditorEngine.Load<GameObject>(importer.assetPath), bones);
            var description = importer.humanDescription;
            if (description.skeleton == null || description.skeleton.Length == 0)
                description = wanted;
            description.human = wanted.human;
            importer.humanDescription = description;
        }

        static void Write(ModelImporter importer, string name, object value)
        {
            switch (name)
            {
                case "globalScale":
                    importer.globalScale = Convert.ToSingle(value);
                    break;
                case "useFileScale":
                    importer.useFileScale = (bool)value;
                    break;
                case "bakeAxisConversion":
                    importer.bakeAxisConversion = (bool)value;
                    break;
                case "importNormals":
                    importer.importNormals = TextureSettings.Parse<ModelImporterNormals>(value);
                    break;
                case "importTangents":
                    importer.importTangents = TextureSettings.Parse<ModelImporterTangents>(value);
                    break;
                case "meshCompression":
                    importer.meshCompression = TextureSettings.Parse<ModelImporterMeshCompression>(value);
                    break;
                case "importCameras":
                    importer.importCameras = (bool)value;
                    break;
                case "importLights":
                    importer.importLights = (bool)value;
                    break;
                case "materialImportMode":
                    importer.materialImportMode = TextureSettings.Parse<ModelImporterMaterialImportMode>(value);
                    break;
                case "animationType":
                    importer.animationType = TextureSettings.Parse<ModelImporterAnimationType>(value);
                    break;
                case "importAnimation":
                    importer.importAnimation = (bool)value;
                    break;
            }
        }
    }
}
