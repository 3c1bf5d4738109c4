using System;
using System.Collections.Generic;
using System.Linq;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
using Object = UnityEngine.Object;

namespace Importer.Bridge.Editor
{
    /// <summary>Draws a prefab on a neutral background and judges what came of it.</summary>
    static class Painter
    {
        const int Side = 512;
        const float FieldOfView = 30;
        static readonly Color32 Background = new Color32(128, 128, 128, 255);

        public static bool CanDraw => SystemInfo.graphicsDeviceType != GraphicsDeviceType.Null;

        public static Drawing Draw(GameObject prefab, IList<string> views)
        {
            var drawing = new Drawing { Side = Side };
            if (!CanDraw)
            {
                drawing.Skipped = "the editor runs without a renderer (-nographics)";
                return drawing;
            }
            Application.LogCallback listen = (text, trace, type) =>
            {
                if (type == LogType.Error || type == LogType.Exception || type == LogType.Assert)
                    drawing.Errors.Add(text);
            };
            Application.logMessageReceived += listen;
            try
            {
                foreach (var view in views)
                    DrawView(drawing, prefab, view);
            }
            finally
            {
                Application.logMessageReceived -= listen;
            }
            return drawing;
        }

        static void DrawView(Drawing drawing, GameObject prefab, string view)
        {
            var preview = new PreviewRenderUtility();
            try
            {
                var shown = preview.InstantiatePrefabInScene(prefab);
                foreach (var group in shown.GetComponentsInChildren<LODGroup>(true))
                    group.ForceLOD(0);
                Aim(preview, Box(shown), Direction(view));
                preview.BeginStaticPreview(new Rect(0, 0, Side, Side));
                preview.Render(true);
                var picture = preview.EndStaticPreview();
                Judge(drawing, picture, view);
                drawing.Pictures[view] = picture.EncodeToPNG();
                Object.DestroyImmediate(picture);
            }
            finally
            {
                preview.Cleanup();
            }
        }

        static Bounds Box(GameObject shown)
        {
            var boxes = shown.GetComponentsInChildren<Renderer>().Select(renderer => renderer.bounds).ToList();
            if (boxes.Count == 0)
                return new Bounds(Vector3.zero, Vector3.one);
            var all = boxes[0];
            foreach (var box in boxes)
                all.Encapsulate(box);
            return all;
        }

        // From where each view is seen. The front of an asset looks along +Z.
        static Vector3 Direction(string view)
        {
            return view == "side" ? new Vector3(1, 0.25f, 0) : view == "back" ? new Vector3(0, 0.25f, -1)
                : new Vector3(0, 0.25f, 1);
        }

        static void Aim(PreviewRenderUtility preview, Bounds box, Vector3 from)
        {
            var radius = Mathf.Max(box.extents.magnitude, 0.001f);
            var distance = 1.05f * radius / Mathf.Sin(FieldOfView / 2 * Mathf.Deg2Rad);
            var camera = preview.camera;
            camera.clearFlags = CameraClearFlags.SolidColor;
            camera.backgroundColor = Background;
            camera.fieldOfView = FieldOfView;
            camera.nearClipPlane = distance - radius * 1.01f;
            camera.farClipPlane = distance + radius * 1.01f;
            camera.transform.position = box.center + from.normalized * distance;
            camera.transform.LookAt(box.center);
            preview.ambientColor = new Color(0.35f, 0.35f, 0.35f);
            preview.lights[0].intensity = 1.2f;
            preview.lights[0].transform.rotation = camera.transform.rotation * Quaternion.Euler(30, 30, 0);
        }

        // Unity draws in magenta what it has no shader for.
        static void Judge(Drawing drawing, Texture2D picture, string view)
        {
            var pixels = picture.GetPixels32();
            var background = pixels[0];
            var shown = pixels.Count(pixel => Math.Abs(pixel.r - background.r) + Math.Abs(pixel.g - background.g)
                + Math.Abs(pixel.b - background.b) > 12);
            var magenta = pixels.Count(pixel => pixel.r > 240 && pixel.g < 15 && pixel.b > 240);
            // HDRP's physical light leaves a preview dark, however right the asset is.
            var isLit = ProjectCapabilities.Find().Pipeline != Pipeline.HighDefinition;
            if (isLit && shown < pixels.Length / 1000)
                drawing.Errors.Add("view " + view + ": nothing is to be seen");
            if (magenta > pixels.Length / 100)
                drawing.Errors.Add("view " + view + ": it is drawn in magenta, so its shader does not work here");
        }
    }
}
