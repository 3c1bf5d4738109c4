using System.Linq;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Tests
{
    /// <summary>A whole import in the running editor, with what must survive the next one.</summary>
    sealed class ImportTests
    {
        PublishedCart cart;

        [SetUp]
        public void Publish()
        {
            if (!new Importer.Bridge.Editor.EditorEngine().Capabilities.ReadsGlb)
                Assert.Ignore("the cart is a GLB file: install com.unity.cloud.gltfast");
            cart = new PublishedCart();
        }

        [TearDown]
        public void Remove()
        {
            if (cart != null)
                cart.Dispose();
        }

        [Test]
        public void EveryCheckPasses()
        {
            cart.Import();
            Assert.AreEqual("", cart.Failures());
        }

        [Test]
        public void GuidsAreTheSameInEveryProject()
        {
            cart.Import();
            Assert.AreEqual(Guids.For(PublishedCart.Key, "cart.prefab"),
                AssetDatabase.AssetPathToGUID(PublishedCart.Prefab));
            Assert.AreEqual(Guids.For(PublishedCart.Key, "cart.mat"),
                AssetDatabase.AssetPathToGUID(PublishedCart.Material));
        }

        [Test]
        public void SecondLookDoesNothing()
        {
            cart.Import();
            Assert.AreEqual(0, cart.Import().Count);
        }

        [Test]
        public void OverridesInTheSceneSurvive()
        {
            cart.Import();
            var prefab = AssetDatabase.LoadAssetAtPath<GameObject>(PublishedCart.Prefab);
            var placed = (GameObject)PrefabUtility.InstantiatePrefab(prefab);
            placed.transform.localScale = new Vector3(2, 2, 2);
            var level = placed.GetComponentsInChildren<Transform>(true).First(child => child.name == "cart_LOD1");
            level.gameObject.SetActive(false);
            cart.PublishAgain();
            cart.Import();
            Assert.AreEqual("", cart.Failures());
            Assert.AreEqual(2f, placed.transform.localScale.x);
            Assert.IsTrue(level != null && !level.gameObject.activeSelf);
            Object.DestroyImmediate(placed);
        }

        [Test]
        public void EditsOfTheMaterialSurvive()
        {
            cart.Import();
            var material = AssetDatabase.LoadAssetAtPath<Material>(PublishedCart.Material);
            material.color = Color.red;
            EditorUtility.SetDirty(material);
            AssetDatabase.SaveAssetIfDirty(material);
            cart.PublishAgain();
            cart.Import();
            Assert.AreEqual(Color.red, AssetDatabase.LoadAssetAtPath<Material>(PublishedCart.Material).color);
        }

        [Test]
        public void WhatAnArtistAddedToThePrefabSurvives()
        {
            cart.Import();
            var root = PrefabUtility.LoadPrefabContents(PublishedCart.Prefab);
            new GameObject("Light").transform.SetParent(root.transform, false);
            bool saved;
            PrefabUtility.SaveAsPrefabAsset(root, PublishedCart.Prefab, out saved);
            PrefabUtility.UnloadPrefabContents(root);
            cart.PublishAgain();
            cart.Import();
            var prefab = AssetDatabase.LoadAssetAtPath<GameObject>(PublishedCart.Prefab);
            Assert.IsTrue(prefab.transform.Find("Light") != null);
        }

        [Test]
        public void UpdatesFollowAMovedFolder()
        {
            cart.Import();
            Assert.AreEqual("", AssetDatabase.MoveAsset("Assets/ImporterBridgeTest/cart",
                "Assets/ImporterBridgeTest/moved"));
            cart.PublishAgain();
            cart.Import();
            Assert.AreEqual("", cart.Failures());
            Assert.IsTrue(AssetDatabase.LoadAssetAtPath<GameObject>(PublishedCart.Prefab) == null);
        }
    }
}
